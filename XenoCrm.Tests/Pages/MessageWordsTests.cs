using XenoCrm.Api.Pages.Shell;

namespace XenoCrm.Tests.Pages;

public sealed class MessageWordsTests
{
    [Theory]
    [InlineData("Hi Mara", "Hi Mara")]
    [InlineData("Hi\nMara", "Hi Mara")]
    [InlineData("See https://example.com/u/abc.", "See ….")]
    [InlineData(
        "Hi Mara, we have missed you for a long time, come and see us all",
        "Hi Mara, we have missed you for a long time, come and see us…")]
    [InlineData(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa😀😀",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…")]
    public void A_message_is_told_by_its_first_words(string message, string beginning) =>
        Assert.Equal(beginning, MessageWords.Beginning(message));

    [Theory]
    [InlineData("no link", "no link")]
    [InlineData("https://a.example/x", "[https://a.example/x]")]
    [InlineData("Out: https://a.example/u?x=1. Bye (http://b.example)", "Out: |[https://a.example/u?x=1]|. Bye (|[http://b.example]|)")]
    [InlineData("javascript:alert(1)", "javascript:alert(1)")]
    public void Links_are_told_apart_from_the_words_around_them(string message, string parts) => Assert.Equal(
        parts, string.Join('|', MessageWords.Parts(message).Select(part => part.IsLink ? $"[{part.Text}]" : part.Text)));
}
