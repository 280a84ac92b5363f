using System.Text;
using XenoCrm.VendorSimulator.Http;
using XenoCrm.VendorSimulator.Receipts;

namespace XenoCrm.VendorSimulator.Faults;

/// <summary>The callback's receipts, the failed ones turned to SENT, signed with a secret that nobody shares.</summary>
internal sealed record WrongSignatures : Forgery
{
    public override Posting Forge(Callback callback, Posting genuine, Dice dice)
    {
        var body = Encoding.UTF8.GetString(genuine.Body).Replace("\"FAILED\"", "\"SENT\"", StringComparison.Ordinal);
        return new Posting($"forged_{dice.NextId():N}", Encoding.UTF8.GetBytes(body), new WebhookSignature([dice.NextId().ToByteArray()]));
    }
}

/// <summary>A rightly signed receipt for a message that nobody sent.</summary>
internal sealed record UnknownMessages : Forgery
{
    public override Posting Forge(Callback callback, Posting genuine, Dice dice)
    {
        var unknown = new Receipt(
            dice.NextId().ToString(), $"vm_unknown_{dice.NextId():N}", "nobody@example.com", Outcome.Sent, callback.CreatedAt);
        return new Posting($"unknown_{dice.NextId():N}", ReceiptJson.Write([unknown], singleAsObject: false), genuine.Signature);
    }
}
