-- Who has the uploaded file, where several replicas of the API each keep their own.
ALTER TABLE imports ADD COLUMN replica TEXT;
