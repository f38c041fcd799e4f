using System.Security.Cryptography;
using System.Xml.Linq;
using Diffah.Tests.Support;

namespace Diffah.Tests.Docs;

/// <summary>The module's help, which is in the repository, was made from docs/cmdlets as they are.</summary>
public sealed class HelpFileTests
{
    private const string Help = "src/Diffah.PowerShell/en-US/Diffah.PowerShell.dll-Help.xml";
    private const string Script = "build/Export-Help.ps1";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    private static string[] Pages =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs/cmdlets"), "*.md")
            .Select(p => $"docs/cmdlets/{Path.GetFileName(p)}")];

    [Fact]
    public void Pages_and_help_are_not_apart()
    {
        // As sha256sum writes it: the digest, two spaces, the file's name.
        var known = File.ReadAllLines(Path.Combine(Repository.Root, Help + ".sha256"))
            .ToDictionary(line => line[66..], line => line[..64]);
        string[] files = [.. Pages, Script, Help];
        Assert.Equal(files.Order(StringComparer.Ordinal), known.Keys.Order(StringComparer.Ordinal));
        var apart = files.Where(file => Digest(file) != known[file]);
        Assert.True(!apart.Any(),
            $"Changed since the help was made: {string.Join(", ", apart)}. Run {Script}, and commit what it writes.");
    }

    [Fact]
    public void The_help_has_each_page()
    {
        var helped = XDocument.Load(Path.Combine(Repository.Root, Help)).Descendants(Command + "details")
            .Select(d => $"docs/cmdlets/{d.Element(Command + "name")!.Value}.md");
        Assert.Equal(Pages.Order(StringComparer.Ordinal), helped.Order(StringComparer.Ordinal));
    }

    private static string Digest(string file) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Repository.Root, file))));
}
