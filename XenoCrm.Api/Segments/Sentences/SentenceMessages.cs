using System.ComponentModel.DataAnnotations;
using XenoCrm.Core.Rules;
using XenoCrm.Language;

namespace XenoCrm.Api.Segments.Sentences;

/// <param name="Prompt">Whom to select, in English: customers from Mumbai who spent more than 5000.</param>
public sealed record SentenceRequest(
    [property: Required(ErrorMessage = "Say whom you mean, for instance: customers from Mumbai who spent more than 5000.")]
    [property: StringLength(GrammarEngine.MaxPromptLength, ErrorMessage =
        "The sentence is longer than {1} characters. Say it in fewer words.")]
    string Prompt);

/// <param name="Rule">What was understood, in its canonical form. Nobody is written to before a person creates the segment.</param>
/// <param name="Explanation">The rule in plain English, made from the rule alone.</param>
/// <param name="Source">Who read the sentence: <c>openai</c>, or <c>grammar</c>, the built-in engine.</param>
/// <param name="Warnings">What was assumed, which values no customer has, and why the language model was not used where it was meant to
/// be; a sentence each.</param>
/// <param name="Count">All whom it selects now, reachable or not.</param>
public sealed record SentenceResponse(Rule Rule, string Explanation, string Source, IReadOnlyList<string> Warnings, long Count);
