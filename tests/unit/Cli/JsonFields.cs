using System.Text.Json;

namespace Diffah.Tests.Cli;

/// <summary>The names of a JSON object's fields, in order.</summary>
internal static class JsonFields
{
    public static void HasFields(this JsonElement element, string names) =>
        Assert.Equal(names.Split(' '), element.EnumerateObject().Select(p => p.Name));
}
