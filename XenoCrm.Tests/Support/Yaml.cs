using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace XenoCrm.Tests.Support;

/// <summary>One YAML document as JSON, in which every scalar is a string. A key that is there twice is refused.</summary>
internal static class Yaml
{
    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML.</exception>
    public static JsonObject Read(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return Node(Assert.Single(yaml.Documents).RootNode)!.AsObject();
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(
            mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Node(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
        _ => JsonValue.Create(((YamlScalarNode)node).Value),
    };
}
