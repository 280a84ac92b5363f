using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace XenoCrm.Api.Http;

/// <summary>Tells whether a text is JSON, and if it is not, where and why.</summary>
internal static class JsonText
{
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> text) =>
        text.Span.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;

    /// <exception cref="JsonFaultException">It is not JSON, not UTF-8, or nested in more than <paramref name="maxDepth"/>
    /// levels.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text, int maxDepth)
    {
        try
        {
            if (Utf8.IsValid(text.Span))
            {
                return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = maxDepth });
            }
        }
        catch (JsonException)
        {
            // What is wrong is looked for in a text that is wrong alone.
        }

        Check(text.Span, maxDepth);
        throw new JsonFaultException("This is not JSON.");
    }

    /// <inheritdoc cref="Parse"/>
    public static void Check(ReadOnlySpan<byte> text, int maxDepth)
    {
        if (!Utf8.IsValid(text))
        {
            throw new JsonFaultException("The text is not valid UTF-8.");
        }

        // A level more than is taken, so that ours is the check of the depth.
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        var place = new JsonPlace();
        var (last, depth, end) = (JsonTokenType.None, 0, 0);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= maxDepth)
                {
                    throw new JsonFaultException(JsonFaults.TooDeep(maxDepth), place.Top);
                }

                place.Follow(ref reader);
                (last, depth, end) = (reader.TokenType, reader.CurrentDepth, (int)reader.BytesConsumed);
            }
        }
        catch (JsonException e) when (e is not JsonFaultException)
        {
            var rest = text[end..];
            if (rest.Trim(" \t\r\n"u8).IsEmpty)
            {
                place.LeaveValue(last, depth);
            }

            throw new JsonFaultException(JsonFaults.Describe(last, depth, rest), place.Path, e.LineNumber, e.BytePositionInLine);
        }
    }

    /// <summary>Where a reader stands: <c>items[2].sku</c>; null at the top.</summary>
    private sealed class JsonPlace
    {
        private readonly List<string> steps = [];
        private readonly Stack<int> indexes = [];

        public string? Path => steps.Count == 0 ? null : string.Concat(steps).TrimStart('.');

        /// <summary>The member of the whole in which it stands: a path as long as the JSON is deep helps nobody.</summary>
        public string? Top => steps.Count == 0 ? null : steps[0].TrimStart('.');

        public void Follow(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    CutTo(reader.CurrentDepth - 1);
                    steps.Add("." + Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 100)]));
                    break;
                case JsonTokenType.StartArray:
                    indexes.Push(0);
                    steps.Add("[0]");
                    break;
                case JsonTokenType.EndArray:
                    indexes.Pop();
                    CutTo(reader.CurrentDepth);
                    Next(reader.CurrentDepth);
                    break;
                case JsonTokenType.StartObject:
                    break;
                default:
                    CutTo(reader.CurrentDepth);
                    Next(reader.CurrentDepth);
                    break;
            }
        }

        /// <summary>Out of a value that is complete, to the object or array around it, which is not.</summary>
        public void LeaveValue(JsonTokenType last, int depth)
        {
            if (last is not (JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName))
            {
                CutTo(depth - 1);
            }
        }

        private void CutTo(int depth)
        {
            if (steps.Count > depth)
            {
                steps.RemoveRange(depth, steps.Count - depth);
            }
        }

        // The element of an array has ended: the next one is meant from here on.
        private void Next(int depth)
        {
            if (steps.Count == depth && steps.Count > 0 && steps[^1][0] == '[')
            {
                indexes.Push(indexes.Pop() + 1);
                steps[^1] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{indexes.Peek()}]");
            }
        }
    }
}
