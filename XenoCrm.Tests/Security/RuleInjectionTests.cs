using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using XenoCrm.Core.Rules;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>
/// Rules with any word of MongoDB's own language put in at any depth. What is not a word of ours is refused at its place;
/// what is taken comes to each store as nothing but the words that are written in our code.
/// </summary>
public sealed partial class RuleInjectionTests
{
    private const int Cases = 100_000;

    // Its query, geospatial, bitwise, update, aggregation and stage operators.
    private static readonly string[] MongoWords = (
        "$eq $ne $gt $gte $lt $lte $in $nin $and $or $not $nor $exists $type $expr $jsonSchema $mod $regex $options $text $search "
            + "$language $where $geoIntersects $geoWithin $near $nearSphere "
        + "$box $center $centerSphere $geometry $maxDistance $minDistance $polygon $all $elemMatch $size $bitsAllClear $bitsAllSet "
            + "$bitsAnyClear $bitsAnySet $meta $slice $comment $rand $natural "
        + "$currentDate $inc $min $max $mul $rename $set $setOnInsert $unset $addToSet $pop $pull $push $pullAll $each $position $sort "
            + "$bit "
        + "$abs $accumulator $acos $acosh $add $allElementsTrue $anyElementTrue $arrayElemAt $arrayToObject $asin $atan $atan2 $avg "
            + "$binarySize $bitAnd $bottom $bsonSize $ceil $cmp $concat "
        + "$concatArrays $cond $convert $cos $count $covariancePop $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract "
            + "$dateToParts $dateToString $dateTrunc $dayOfMonth $dayOfWeek "
        + "$degreesToRadians $denseRank $derivative $divide $documentNumber $exp $expMovingAvg $filter $first $firstN $floor $function "
            + "$getField $hour $ifNull $indexOfArray $indexOfBytes $integral "
        + "$isArray $isNumber $last $lastN $let $linearFill $literal $ln $locf $log $log10 $ltrim $map $maxN $median $mergeObjects "
            + "$millisecond $minN $minute $month $multiply $objectToArray $percentile "
        + "$pow $radiansToDegrees $range $rank $reduce $regexFind $regexFindAll $regexMatch $replaceAll $replaceOne $reverseArray $round "
            + "$rtrim $sampleRate $second $setDifference $setEquals $setField "
        + "$setIntersection $setIsSubset $setUnion $shift $sin $sortArray $split $sqrt $stdDevPop $strcasecmp $strLenBytes $strLenCP "
            + "$substr $substrBytes $substrCP $subtract $sum $switch $tan $toBool "
        + "$toDate $toDecimal $toDouble $toHashedIndexKey $toInt $toLong $toLower $toObjectId $top $topN $toString $toUpper $trim $trunc "
            + "$tsIncrement $tsSecond $unsetField $week $year $zip "
        + "$addFields $bucket $bucketAuto $changeStream $collStats $currentOp $densify $documents $facet $fill $geoNear $graphLookup "
            + "$group $indexStats $limit $listSessions $lookup $match $merge $out "
        + "$planCacheStats $project $redact $replaceRoot $replaceWith $sample $search $searchMeta $setWindowFields $skip $sortByCount "
            + "$unionWith $unwind $vectorSearch "
        + "$query $orderby $hint $snapshot $explain $maxTimeMS $returnKey $db $ref $id $oid $date $numberLong $binary $code $scope "
            + "$timestamp $undefined $minKey $maxKey $symbol $uuid").Split(' ');

    private static readonly HashSet<string> Ours =
    [
        "$and", "$or", "$not", "$everyone", "$ago", "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$contains",
        "$startsWith", "$endsWith", "$count", "$sum", "$avg", "$top", "$last",
    ];

    private static readonly string[] Fields =
    [
        "_id", "keys", "keys.name", "nameKey", "name_key", "name.x", "$name", "name\u0000", "password", "customer.email", "attributes",
        "attributes.", "attributes.$where", "attributes.a.b",
        "attributes.a'b", "attributes.a\"b", "attributes.a]b", "this", "__proto__", "constructor", "1=1; --", "name' OR '1'='1", "Name",
        "totalspend", "total_spend", "",
    ];

    // All that may stand in a condition beside its parameters.
    private static readonly HashSet<string> SqlWords = [.. (
        "SELECT id FROM customers WHERE AND OR IS NOT NULL TRUE FALSE EXISTS IN json_each json_type json_array_length instr substr length "
            + "value text integer array attributes_key tags_key "
        + "name_key email_key phone_key city_key country_key total_spend order_count last_order_at first_order_at created_at "
            + "unsubscribed orders order_items customer_id order_id item_key placed_at amount refund_of count sum FILTER AS GROUP BY "
            + "max HAVING DISTINCT coalesce ORDER DESC LIMIT OFFSET "
            + "date_key typeof CASE WHEN THEN END").Split(' ')];

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_hundred_thousand_rules_with_every_word_of_MongoDB_at_every_depth_bring_nothing_of_it_to_a_store()
    {
        var (taken, refused) = (0, 0);
        var words = new HashSet<string>();
        Property.Check(Cases, random =>
        {
            var json = JsonNode.Parse(RuleJson.Print(new RuleSamples(random).Rule()))!;
            var word = Spoil(json, random);
            words.Add(word);
            Rule rule;
            try
            {
                rule = RuleJson.Parse(json.ToJsonString());
            }
            catch (RuleException e)
            {
                Assert.StartsWith("$", e.Path, StringComparison.Ordinal);
                refused++;
                return;
            }

            Assert.True(Ours.Contains(word) || FieldCatalog.Find(word) is not null, $"{word} was taken in {json.ToJsonString()}");
            AssertSql(rule);
            AssertFilter(rule);
            taken++;
        });
        Assert.True(Property.Replays || (taken > 0 && refused > Cases / 2), $"{taken} were taken, {refused} refused.");
        Assert.True(Property.Replays || MongoWords.All(words.Contains));
    }

    /// <summary>
    /// Puts a word somewhere into the rule: as a new member with a value of any shape, or in the place of a member's name.
    /// </summary>
    private static string Spoil(JsonNode rule, Random random)
    {
        var objects = Objects(rule).ToList();
        var at = random.Pick(objects);
        var word = random.Next(4) switch
        {
            0 => random.Pick(Fields),
            1 when at.Count > 0 && random.OneIn(4) => random.Pick(FieldCatalog.All).Name,
            _ => random.Pick(MongoWords),
        };
        if (random.OneIn(2) && at.Count > 0)
        {
            var name = random.Pick(at.Select(member => member.Key).ToArray());
            var value = at[name];
            at.Remove(name);
            at[word] = value;
        }
        else
        {
            at[word] = Value(random, 3);
        }

        return word;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject found => found.Select(member => member.Value).SelectMany(Objects).Prepend(found),
        JsonArray array => array.SelectMany(Objects),
        _ => [],
    };

    private static JsonNode? Value(Random random, int levels) => random.Next(levels == 0 ? 5 : 8) switch
    {
        0 => JsonValue.Create("this.password.length > 0 || sleep(1000)"),
        1 => JsonValue.Create(1),
        2 => JsonValue.Create(true),
        3 => JsonValue.Create("^a"),
        4 => null,
        5 => new JsonArray(Value(random, levels - 1)),
        _ => new JsonObject { [random.OneIn(2) ? random.Pick(MongoWords) : random.Pick(Fields)] = Value(random, levels - 1) },
    };

    private static void AssertSql(Rule rule)
    {
        var condition = new SqliteRule(rule, RuleTime.Utc(Now)).Condition;
        var sql = Parameter().Replace(condition, "");
        foreach (Match word in Word().Matches(sql))
        {
            Assert.True(SqlWords.Contains(word.Value), $"{word.Value} in {condition}");
        }

        Assert.Matches(Rest(), Word().Replace(sql, ""));
    }

    static partial void AssertFilter(Rule rule);

    [GeneratedRegex("[?][0-9]+")]
    private static partial Regex Parameter();

    [GeneratedRegex("[A-Za-z_][A-Za-z_0-9]*")]
    private static partial Regex Word();

    // 'text' and 'integer' leave their quotes.
    [GeneratedRegex("^(''|->>|[-+*/%=<>(),.0-9 ])*$")]
    private static partial Regex Rest();
}
