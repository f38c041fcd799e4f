using Diffah.Engine.Images.Packages;

namespace Diffah.Tests.Images.Packages;

/// <summary>What became of packages.</summary>
public sealed class PackageComparisonTests
{
    [Fact]
    public void Versions_of_one_package_are_compared() =>
        Assert.Equal(
            ["Added n  1", "Changed c 1.0 1.00", "Downgraded d 2 1", "Removed o 1 ", "Upgraded u 9 10"],
            Compare(["d 2", "s 1", "u 9", "o 1", "c 1.0"], ["d 1", "s 1", "u 10", "n 1", "c 1.00"])
                .Order(StringComparer.Ordinal));

    [Fact]
    public void Versions_that_both_have_are_no_change()
    {
        Assert.Empty(Compare(["a 1 p", "a 2 q"], ["a 2 p", "a 1 q", "a 1 r"]));
        Assert.Equal(["Upgraded a 1 3"], Compare(["a 1 p", "a 2 q"], ["a 3 r", "a 2 q", "a 2 s"]));
        Assert.Equal(["Removed a 1 "], Compare(["a 1 p", "a 2 q"], ["a 2 q"]));
        Assert.Equal(["Added a  3"], Compare(["a 1 p"], ["a 1 p", "a 3 q"]));
    }

    [Fact]
    public void Several_that_are_left_are_paired_by_their_place()
    {
        Assert.Equal(["Upgraded a 3 4", "Upgraded a 5 6"], Compare(["a 3 p", "a 5 q"], ["a 4 p", "a 6 q"]));
        Assert.Equal(["Upgraded a 3 4", "Upgraded a 5 6"], Compare(["a 3 p", "a 5 q"], ["a 4 p", "a 6 r"]));
        Assert.Equal(["Removed a 3 ", "Added a  4", "Removed a 5 ", "Added a  6"],
            Compare(["a 3 p", "a 5 q"], ["a 4 r", "a 6 s"]));
        Assert.Equal(["Upgraded a 3 4"], Compare(["a 3 p"], ["a 4 q"]));
    }

    [Fact]
    public void Architectures_and_types_are_apart_and_in_order()
    {
        var changes = PackageInventory.Compare(
            [Make("deb", "b 1", "amd64"), Make("deb", "b 1", "i386"), Make("deb", "a 1", "amd64"),
                Make("apk", "z 1", null)],
            [Make("deb", "b 2", "i386"), Make("deb", "b 3", "amd64"), Make("deb", "a 2", "amd64"),
                Make("npm", "a 1", null)]);
        Assert.Equal(["apk z ", "deb a amd64", "deb b amd64", "deb b i386", "npm a "],
            changes.Select(c => $"{c.Type} {c.Name} {c.Architecture}"));
        Assert.Equal(["", "2", "3", "2", "1"], changes.Select(c => c.DifferenceVersion ?? ""));
    }

    [Fact]
    public void Names_of_NuGet_are_the_same_in_any_case() =>
        Assert.Equal("Upgraded", PackageInventory.Compare(
            [Make("nuget", "newtonsoft.json 12.0.1", null)], [Make("nuget", "Newtonsoft.Json 13.0.1", null)])
            .Single().Kind.ToString());

    [Fact]
    public void A_change_has_the_place_of_the_last_image_that_has_it()
    {
        var changes = PackageInventory.Compare([Make("npm", "a 1 p", null), Make("npm", "b 1 q", null)],
            [Make("npm", "a 2 r", null)]);
        Assert.Equal(["r", "q"], changes.Select(c => c.Path));
    }

    private static IEnumerable<string> Compare(string[] reference, string[] difference) =>
        PackageInventory.Compare(
            reference.Select(p => Make("deb", p, null)), difference.Select(p => Make("deb", p, null)))
            .Select(c => $"{c.Kind} {c.Name} {c.ReferenceVersion} {c.DifferenceVersion}");

    // Name, version and place.
    private static Package Make(string type, string text, string? architecture)
    {
        var words = text.Split(' ');
        return new Package(type, words[0], words[1])
        {
            Architecture = architecture,
            Path = words.Length > 2 ? words[2] : "file",
        };
    }
}
