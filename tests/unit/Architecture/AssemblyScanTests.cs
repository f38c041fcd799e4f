namespace Diffah.Tests.Architecture;

/// <summary>
/// The scan finds the faults of a small house that has them all: its silence about the engine means something.
/// </summary>
public sealed class AssemblyScanTests
{
    private static readonly RoomRules Rules = new(
        "Diffah.Tests.Architecture.Sample", new Dictionary<string, string[]> { ["Oci"] = [], ["Deltas"] = ["Oci"] });

    private static AssemblyScan Scan() => new(typeof(AssemblyScanTests).Assembly.Location);

    [Theory]
    [InlineData("Field")]
    [InlineData("Signature")]
    [InlineData("Body")]
    [InlineData("Generic")]
    public void A_use_of_a_room_above_is_found(string where)
    {
        using var scan = Scan();
        Assert.Contains(Rules.Violations(scan), line => line.Contains($"Sample.Oci.{where}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_use_of_a_room_below_or_of_the_same_is_fine()
    {
        using var scan = Scan();
        Assert.DoesNotContain(Rules.Violations(scan), line => line.Contains("Upstairs uses", StringComparison.Ordinal)
            || line.Contains("Neighbour uses", StringComparison.Ordinal));
    }

    [Fact]
    public void A_type_in_no_room_is_found()
    {
        using var scan = Scan();
        Assert.Equal(["Diffah.Tests.Architecture.Sample.Nowhere.Host"], Rules.Homeless(scan));
    }

    [Fact]
    public void Console_and_current_directory_are_found()
    {
        using var scan = Scan();
        var found = CodeRules.HostUses(scan)
            .Where(line => line.Contains("Sample.Nowhere.Host", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, found.Length);
        Assert.DoesNotContain(found, line => line.Contains("Fine", StringComparison.Ordinal));
    }

    [Fact]
    public void Native_code_is_found()
    {
        using var scan = Scan();
        var found = CodeRules.NativeCode(scan)
            .Where(line => line.Contains("Architecture.Sample", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            ["::Call(", "::Load()", "::Resolve(", "::getpid()"], found.Select(Tail).Order(StringComparer.Ordinal));

        static string Tail(string line) => line[line.IndexOf("::", StringComparison.Ordinal)..] is var tail
            && tail.EndsWith("()", StringComparison.Ordinal)
            ? tail : tail[..(tail.IndexOf('(', StringComparison.Ordinal) + 1)];
    }

    [Fact]
    public void A_stranger_in_a_public_signature_is_found()
    {
        using var scan = Scan();
        Assert.Contains(
            CodeRules.Strangers(scan), line => line.Contains(nameof(ShowsAStranger), StringComparison.Ordinal));
    }

    /// <summary>Has a type of xunit in its signature.</summary>
    public sealed class ShowsAStranger
    {
        /// <summary>Nothing.</summary>
        public static void Show(IEnumerable<FactAttribute> facts) => ArgumentNullException.ThrowIfNull(facts);
    }
}
