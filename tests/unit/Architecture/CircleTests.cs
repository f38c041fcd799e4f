using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Architecture;

/// <summary>No part of a room uses another that uses it, directly or through others, in the code as compiled.</summary>
public sealed class CircleTests
{
    // Requests and results stand with their use case, in the hall; the rooms that do the work take and give them.
    private static readonly (string Space, string[] Parts)[] Known =
    [
        ("Diffah.Engine.Operations",
        [
            Circles.Itself, "Checks", "Comparing", "Inventories", "Merging", "Producing", "Publishing", "Pulling",
            "Requests", "Restoring", "Story", "Verification",
        ]),
    ];

    [Theory]
    [InlineData("Diffah.Engine")]
    [InlineData("Diffah.Libraries")]
    [InlineData("Diffah.Cli")]
    [InlineData("Diffah.PowerShell")]
    public void Parts_of_a_room_do_not_use_each_other_in_a_circle(string root)
    {
        using var scan = new AssemblyScan(PathOf(root));
        var found = Circles.Find(scan, root).ToList();
        var unknown = found.Where(c => !Known.Any(k => IsPartOf(c, k)))
            .SelectMany(c => Circles.Explain(scan, c).Prepend(c.ToString())).ToList();
        Assert.True(unknown.Count == 0, string.Join('\n', unknown));
        Assert.Empty(Known.Where(k => RootOf(k.Space) == root && !found.Any(c => IsPartOf(c, k))).Select(k => k.Space));
    }

    [Fact]
    public void A_circle_is_found()
    {
        using var scan = new AssemblyScan(typeof(CircleTests).Assembly.Location);
        var circle = Assert.Single(Circles.Find(scan, "Diffah.Tests.Architecture.RoundHouse"));
        Assert.Equal("Diffah.Tests.Architecture.RoundHouse: East, North, West", circle.ToString());
    }

    private static bool IsPartOf(Circle circle, (string Space, string[] Parts) known) =>
        circle.Space == known.Space && circle.Parts.All(known.Parts.Contains);

    private static string RootOf(string space) => string.Join('.', space.Split('.').Take(2));

    private static string PathOf(string root) => root switch
    {
        "Diffah.PowerShell" => Repository.BuildOf("src/Diffah.PowerShell", "Diffah.PowerShell.dll"),
        "Diffah.Cli" => Beside("diffah.dll"),
        _ => Beside(root + ".dll"),
    };

    private static string Beside(string file) =>
        Path.Combine(Path.GetDirectoryName(typeof(Digest).Assembly.Location)!, file);
}
