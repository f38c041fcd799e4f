using System.Text.RegularExpressions;
using Diffah.Tests.Support;

namespace Diffah.Tests.Architecture;

/// <summary>What docs/architecture.md shows of the house is what its rules say.</summary>
public sealed partial class PictureTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));

    [Fact]
    public void The_arrows_of_the_picture_are_the_rules()
    {
        var arrows = Arrow().Matches(Page).ToLookup(m => m.Groups["from"].Value, m => m.Groups["to"].Value);
        Assert.All(RoomRules.Engine.Allowed, room => Assert.Equal(
            room.Value.Order(StringComparer.Ordinal), Reachable(room.Key, arrows).Order(StringComparer.Ordinal)));
        Assert.All(arrows, room => Assert.Contains(room.Key, RoomRules.Engine.Allowed.Keys));
    }

    [Fact]
    public void Every_room_has_a_row_and_no_other_has() =>
        Assert.Equal(RoomRules.Engine.Allowed.Keys.Order(StringComparer.Ordinal),
            Row().Matches(Page).Select(m => m.Groups["room"].Value).Order(StringComparer.Ordinal));

    private static HashSet<string> Reachable(string room, ILookup<string, string> arrows)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(arrows[room]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
                arrows[next].ToList().ForEach(open.Push);
        }
        return found;
    }

    [GeneratedRegex(@"^\s+(?<from>\w+) --> (?<to>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"^\| `(?<room>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
