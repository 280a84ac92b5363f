using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Orders;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Api.Suppressions;
using XenoCrm.Core;
using XenoCrm.Core.Imports;

namespace XenoCrm.Api.Imports;

/// <summary>What can be done with imports, for the API's routes and the pages. <see cref="ImportRunner"/> runs them.</summary>
internal sealed class ImportService(IImportStore imports, ImportSpool spool, ImportQueue queue, AuditLog audit, TimeProvider time)
{
    // The list of imports goes by their ids, so that an old one would hide a new import in it.
    private static readonly TimeSpan KeyLasts = TimeSpan.FromHours(1);

    /// <summary>What columns a file of that kind may have.</summary>
    public static CsvLayout LayoutOf(ImportKind kind) => kind switch
    {
        ImportKind.Customers => CustomerRow.Csv,
        ImportKind.Orders => OrderRow.Csv,
        _ => SuppressionInput.Csv,
    };

    /// <summary>An id for an import that is not there yet: whoever comes twice with it starts one import.</summary>
    public string NewKey() => Guid.CreateVersion7(time.GetUtcNow()).ToString();

    /// <summary>Keeps a file, looks through it and begins its import.</summary>
    /// <param name="kind">What is in it.</param>
    /// <param name="wishes">What the uploader says of it.</param>
    /// <param name="file">From its first byte.</param>
    /// <param name="key">One that <see cref="NewKey"/> gave within the last hour; any other is none.</param>
    /// <param name="person">Who uploads it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="CsvRefusedException">The file cannot be taken; nothing of it is kept.</exception>
    public async Task<Import> ReceiveAsync(
        ImportKind kind, ImportWishes wishes, Stream file, string? key, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var id = IsKey(key) ? key! : NewKey();
        if (key == id && await imports.FindAsync(id, cancellationToken) is { } known)
        {
            return known;
        }

        var by = kind == ImportKind.Suppressions ? person.Identity?.Name : null;
        var import = await spool.ReceiveAsync(id, kind, LayoutOf(kind), wishes, file, by, cancellationToken);
        queue.Add(import.Id);
        if (kind == ImportKind.Suppressions && !import.IsDryRun)
        {
            await audit.WriteAsync(person, AuditAction.SuppressionsImported, import.Id);
        }

        return import;
    }

    /// <summary>Newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    public async Task<Page<ImportSummary>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        (await imports.ListAsync(page, cancellationToken)).Select(ImportSummary.Of);

    /// <summary>Null if there is no such import.</summary>
    public async Task<ImportResponse?> FindAsync(string id, CancellationToken cancellationToken) =>
        await imports.FindAsync(id, cancellationToken) is { } import ? ImportResponse.Of(import) : null;

    // Its first 48 bits are the moment at which it was made.
    private bool IsKey(string? key)
    {
        if (!Guid.TryParseExact(key, "D", out var guid) || guid.Version != 7 || guid.ToString() != key)
        {
            return false;
        }

        var age = time.GetUtcNow().ToUnixTimeMilliseconds() - Convert.ToInt64(key.Replace("-", "", StringComparison.Ordinal)[..12], 16);
        return age >= 0 && age <= KeyLasts.TotalMilliseconds;
    }
}
