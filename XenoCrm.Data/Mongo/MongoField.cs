using System.Linq.Expressions;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A field by its property, looked up once: for what is written row by row, where an expression would cost as much as the write,
/// and for pipelines, which are BSON and need its name.
/// </summary>
internal sealed class MongoField<T, TField>(Expression<Func<T, TField>> property) : FieldDefinition<T, TField>
{
    private RenderedFieldDefinition<TField>? rendered;

    /// <summary><c>keys.email</c></summary>
    public string Name => Rendered.FieldName;

    /// <summary><c>$keys.email</c>, its value in a pipeline.</summary>
    public string Value => "$" + Name;

    private RenderedFieldDefinition<TField> Rendered
    {
        get
        {
            MongoMapping.Register();
            var registry = BsonSerializer.SerializerRegistry;
            return rendered ?? Render(new RenderArgs<T>(registry.GetSerializer<T>(), registry));
        }
    }

    public override RenderedFieldDefinition<TField> Render(RenderArgs<T> args) =>
        rendered ??= new ExpressionFieldDefinition<T, TField>(property).Render(args);
}
