using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Conventions;
using MongoDB.Bson.Serialization.Serializers;

namespace XenoCrm.Data.Mongo;

/// <summary>How this folder's types lie in BSON: camelCase names, absent rather than null, dates as dates, money as Decimal128.</summary>
internal static class MongoMapping
{
    private const string Name = "XenoCrm";

    static MongoMapping()
    {
        var conventions = new ConventionPack
        {
            new CamelCaseElementNameConvention(),
            new IgnoreIfNullConvention(true),
            new IgnoreExtraElementsConvention(true),
            new MemberSerializers(),
        };
        ConventionRegistry.Register(Name, conventions, type => type.Namespace == typeof(MongoMapping).Namespace);
    }

    /// <summary>Before the first use of a collection; once is enough.</summary>
    public static void Register()
    {
        // The static constructor does it.
    }

    /// <summary>Milliseconds, anything finer cut off, as every store keeps them.</summary>
    public static BsonDateTime ToBson(this DateTimeOffset at) => new(at.ToUnixTimeMilliseconds());

    private sealed class MemberSerializers : ConventionBase, IMemberMapConvention
    {
        private static readonly TimeSerializer Time = new();
        private static readonly DecimalSerializer Money = new(BsonType.Decimal128);

        public void Apply(BsonMemberMap memberMap)
        {
            if (memberMap.MemberType == typeof(DateTimeOffset))
            {
                memberMap.SetSerializer(Time);
            }
            else if (memberMap.MemberType == typeof(DateTimeOffset?))
            {
                memberMap.SetSerializer(new NullableSerializer<DateTimeOffset>(Time));
            }
            else if (memberMap.MemberType == typeof(decimal))
            {
                memberMap.SetSerializer(Money);
            }
        }
    }

    private sealed class TimeSerializer : StructSerializerBase<DateTimeOffset>
    {
        public override DateTimeOffset Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args) =>
            DateTimeOffset.FromUnixTimeMilliseconds(context.Reader.ReadDateTime());

        public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, DateTimeOffset value) =>
            context.Writer.WriteDateTime(value.ToUnixTimeMilliseconds());
    }
}
