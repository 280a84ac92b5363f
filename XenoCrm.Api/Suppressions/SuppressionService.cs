using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Customers;
using XenoCrm.Core;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Api.Suppressions;

/// <summary>The addresses that are never written to, for the API's routes and the pages.</summary>
internal sealed class SuppressionService(ISuppressionStore suppressions, AuditLog audit, TimeProvider time)
{
    public Task<long> CountAsync(CancellationToken cancellationToken) => suppressions.CountAsync(cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<Page<SuppressionResponse>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        (await suppressions.ListAsync(page, cancellationToken)).Select(SuppressionResponse.Of);

    /// <summary>Null if it is not on the list.</summary>
    public async Task<SuppressionResponse?> FindAsync(SuppressionInput address, CancellationToken cancellationToken) =>
        Response(await suppressions.FindAsync(address.Forms, cancellationToken));

    /// <summary>Why nobody writes to a customer: the address to which a message would go is on the list. Null if it is not.</summary>
    public async Task<SuppressionResponse?> FindAsync(CustomerResponse customer, CancellationToken cancellationToken)
    {
        IReadOnlyList<ContactAddress> forms = customer.Email is { } email
            ? [ContactAddress.OfEmail(email)]
            : [.. ContactAddress.FormsOfPhone(customer.Phone, customer.PhoneE164)];
        return forms.Count == 0 ? null : Response(await suppressions.FindAsync(forms, cancellationToken));
    }

    /// <returns>The entry, and whether it is new: one that is there stays as it is.</returns>
    public async Task<(SuppressionResponse Entry, bool IsNew)> AddAsync(
        SuppressionInput address, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var suppression = new NewSuppression(address.Address, address.Reason, time.GetUtcNow(), person.Identity?.Name ?? "");
        var (entry, isNew) = await suppressions.AddAsync(suppression, cancellationToken);
        if (isNew)
        {
            await audit.WriteAsync(person, AuditAction.SuppressionAdded, entry.Id, SuppressionInput.Word(entry.Reason));
        }

        return (SuppressionResponse.Of(entry), isNew);
    }

    /// <returns>False if it was not on the list.</returns>
    public async Task<bool> RemoveAsync(SuppressionInput address, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (await suppressions.RemoveAsync(address.Forms, cancellationToken) is not { } entry)
        {
            return false;
        }

        await audit.WriteAsync(person, AuditAction.SuppressionRemoved, entry.Id, SuppressionInput.Word(entry.Reason));
        return true;
    }

    private static SuppressionResponse? Response(Suppression? entry) => entry is null ? null : SuppressionResponse.Of(entry);
}
