using System.Globalization;

namespace XenoCrm.VendorSimulator.Storage;

/// <summary>Times are Unix milliseconds.</summary>
internal static class Schema
{
    public static string Sql(int version, string epoch) => string.Create(CultureInfo.InvariantCulture, $"""
        BEGIN IMMEDIATE;

        CREATE TABLE vendor (epoch TEXT NOT NULL);
        INSERT INTO vendor VALUES ('{epoch}');

        -- A send request: where its receipts go, and the trace that it belongs to.
        CREATE TABLE origin (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL,
            traceparent TEXT);

        -- What became of it is drawn on acceptance and told from outcome_at on: nothing has to be written when it happens.
        CREATE TABLE message (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT UNIQUE,
            origin INTEGER NOT NULL,
            recipient TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            accepted_at INTEGER NOT NULL,
            outcome_at INTEGER NOT NULL,
            finished_at INTEGER NOT NULL);

        -- Receipts still to be told, in the order in which they fall due; usually one a message.
        CREATE TABLE receipt (
            due_at INTEGER NOT NULL,
            message INTEGER NOT NULL,
            copy INTEGER NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            at INTEGER NOT NULL,
            PRIMARY KEY (due_at, message, copy)) WITHOUT ROWID;

        -- Receipts that fell due, as the body that is posted until somebody takes it: id and body stay the same in every attempt.
        CREATE TABLE callback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL,
            traceparent TEXT,
            links TEXT,
            receipts INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            body BLOB NOT NULL);
        CREATE INDEX callback_next ON callback (next_at, url);

        PRAGMA user_version = {version};
        COMMIT;
        """);
}
