using MongoDB.Driver;
using XenoCrm.Core.Account;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// The one document of <c>account</c>, what admins have set in place of the configuration:
/// <code>
/// { _id: "account", settings: { timeZone: "\"Asia/Kolkata\"", quietHours: "null" } }
/// </code>
/// The values are JSON; <c>null</c> is none.
/// </summary>
internal sealed record MongoAccount
{
    public const string TheId = "account";

    public required string Id { get; init; }

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

internal sealed class MongoAccountStore(MongoStore store) : IAccountStore
{
    private static readonly MongoField<MongoAccount, IReadOnlyDictionary<string, string>> Settings = new(account => account.Settings);

    public Task<AccountOverrides> ReadAsync(CancellationToken cancellationToken) => store.RunAsync(
        async token => await store.Find(store.Account, one => one.Id == MongoAccount.TheId).FirstOrDefaultAsync(token) is { } account
            ? AccountOverrides.Parse(account.Settings)
            : AccountOverrides.None,
        cancellationToken);

    public Task ChangeAsync(AccountOverrides set, IReadOnlyCollection<string> reset, CancellationToken cancellationToken)
    {
        var update = Builders<MongoAccount>.Update;
        UpdateDefinition<MongoAccount>[] changes =
        [
            .. reset.Select(member => update.Unset($"{Settings.Name}.{member}")),
            .. set.ToTexts().Select(one => update.Set($"{Settings.Name}.{one.Key}", one.Value)),
        ];
        return changes.Length == 0 ? Task.CompletedTask : store.RunAsync(
            token => MongoFaults.AgainAfterMeetingAsync(() => store.Account.FindOneAndUpdateAsync<MongoAccount>(
                one => one.Id == MongoAccount.TheId, update.Combine(changes), new() { IsUpsert = true }, token)),
            cancellationToken);
    }
}
