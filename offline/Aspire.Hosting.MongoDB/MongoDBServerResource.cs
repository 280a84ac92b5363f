namespace Aspire.Hosting.ApplicationModel;

/// <summary>As the package's: a container with a root user whose name is always <c>admin</c>.</summary>
internal sealed class MongoDBServerResource(
    string name, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    internal const string UserName = "admin";

    public ParameterResource PasswordParameter => password;

    public EndpointReference PrimaryEndpoint => field ??= new(this, PrimaryEndpointName);

    public ReferenceExpression ConnectionStringExpression => ConnectionStringTo("");

    /// <summary><c>mongodb://admin:…@localhost:27017/xenocrm?authSource=admin&amp;authMechanism=SCRAM-SHA-256</c></summary>
    internal ReferenceExpression ConnectionStringTo(string database)
    {
        var text = new ReferenceExpressionBuilder();
        text.AppendLiteral("mongodb://");
        text.Append($"{UserName:uri}:{password:uri}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");
        text.AppendLiteral($"/{database}?authSource=admin&authMechanism=SCRAM-SHA-256");
        return text.Build();
    }
}

/// <summary>As the package's: a database of a server.</summary>
internal sealed class MongoDBDatabaseResource(string name, MongoDBServerResource parent)
    : Resource(name), IResourceWithParent<MongoDBServerResource>, IResourceWithConnectionString
{
    public MongoDBServerResource Parent => parent;

    public ReferenceExpression ConnectionStringExpression => parent.ConnectionStringTo(Name);
}
