using Microsoft.Extensions.Options;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Rows;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Api.Suppressions;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rows;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Api.Imports;

/// <summary>How rows of one kind are read, and stored from a file.</summary>
internal abstract class Intake<T>(IImportStore imports)
    where T : class
{
    public abstract ImportKind Kind { get; }

    public abstract CsvLayout Csv { get; }

    protected IImportStore Imports => imports;

    /// <summary>Reads a row into a batch, as a value or as its errors.</summary>
    public void Read(RowSource row, long place, RowBatch<T> batch)
    {
        if (Read(row) is { } value)
        {
            batch.Add(place, value);
        }
        else
        {
            batch.Refuse(place, row.Errors);
        }
    }

    /// <summary>Stores rows of a file, with the checkpoint after them.</summary>
    public abstract Task<Import> StoreAsync(Import import, RowBatch<T> batch, CancellationToken cancellationToken);

    protected abstract T? Read(RowSource row);
}

/// <summary>The same for bulk requests too.</summary>
internal abstract class BulkIntake<T>(IImportStore imports) : Intake<T>(imports)
    where T : class
{
    /// <summary>Stores the rows of a bulk request.</summary>
    public abstract Task<RowTally> StoreAsync(RowBatch<T> batch, CancellationToken cancellationToken);
}

internal sealed class CustomerIntake(ICustomerStore customers, IImportStore imports, IOptions<AccountOptions> account)
    : BulkIntake<CustomerChange>(imports)
{
    public override ImportKind Kind => ImportKind.Customers;

    public override CsvLayout Csv => CustomerRow.Csv;

    public override async Task<RowTally> StoreAsync(RowBatch<CustomerChange> batch, CancellationToken cancellationToken)
    {
        var results = await customers.UpsertAsync(batch.Values, cancellationToken);
        var tally = batch.Settle(results.Select(result => result.Refusal));
        return tally with { Updated = results.Count(result => result.Outcome == CustomerOutcome.Updated) };
    }

    public override Task<Import> StoreAsync(Import import, RowBatch<CustomerChange> batch, CancellationToken cancellationToken) =>
        Imports.StoreAsync(import, batch, cancellationToken);

    protected override CustomerChange? Read(RowSource row) => CustomerRow.Read(row, account.Value.Country);
}

internal sealed class OrderIntake(IOrderStore orders, IImportStore imports) : BulkIntake<Order>(imports)
{
    public override ImportKind Kind => ImportKind.Orders;

    public override CsvLayout Csv => OrderRow.Csv;

    public override async Task<RowTally> StoreAsync(RowBatch<Order> batch, CancellationToken cancellationToken)
    {
        var outcomes = await orders.AddAsync(batch.Values, cancellationToken);
        var tally = batch.Settle(outcomes.Select(outcome => outcome.Refusal()));
        return tally with { Updated = outcomes.Count(outcome => outcome == OrderOutcome.Updated) };
    }

    public override Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken) =>
        Imports.StoreAsync(import, batch, cancellationToken);

    protected override Order? Read(RowSource row) => OrderRow.Read(row);
}

internal sealed class SuppressionIntake(IImportStore imports, IOptions<AccountOptions> account) : Intake<SuppressionRow>(imports)
{
    public override ImportKind Kind => ImportKind.Suppressions;

    public override CsvLayout Csv => SuppressionInput.Csv;

    public override Task<Import> StoreAsync(Import import, RowBatch<SuppressionRow> batch, CancellationToken cancellationToken) =>
        Imports.StoreAsync(import, batch, cancellationToken);

    protected override SuppressionRow? Read(RowSource row) => SuppressionInput.Read(row, account.Value.Country) is { } input
        ? new SuppressionRow(input.Address, input.Reason)
        : null;
}
