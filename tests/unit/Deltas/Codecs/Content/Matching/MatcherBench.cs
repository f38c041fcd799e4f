using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Matching;

/// <summary>Both matchers by name, and what a decoder would make of their ops.</summary>
internal static class MatcherBench
{
    public static TheoryData<bool> Both => [false, true];

    public static List<PatchOp> Match(bool isText, byte[] old, byte[] made) => Match(isText, old, made, out _);

    public static List<PatchOp> Match(bool isText, byte[] old, byte[] made, out long steps) => isText
        ? TextMatcher.Match(old, made, MatchSettings.Text, CancellationToken.None, out steps)
        : BinaryMatcher.Match(old, made, MatchSettings.Binary, CancellationToken.None, out steps);

    /// <summary>Follows the ops from their differences and new bytes alone; checks each bound on the way.</summary>
    public static byte[] Replay(byte[] old, byte[] made, IReadOnlyList<PatchOp> ops)
    {
        var (differences, literals) = Parts(old, made, ops);
        using var result = new MemoryStream();
        var (difference, literal) = (0, 0);
        foreach (var op in ops)
        {
            Assert.True(op.Old >= 0 && op.Add >= 0 && op.Insert >= 0 && op.Add + op.Insert >= 1, op.ToString());
            Assert.True(op.Old + op.Add <= old.Length, op.ToString());
            for (var i = 0; i < op.Add; i++)
                result.WriteByte((byte)(old[op.Old + i] + differences[difference++]));
            result.Write(literals, literal, op.Insert);
            literal += op.Insert;
        }
        return result.ToArray();
    }

    /// <summary>How many bytes are left to be told: those that differ, and those that are new.</summary>
    public static (int Mismatches, int Literals) Rest(byte[] old, byte[] made, IReadOnlyList<PatchOp> ops)
    {
        var (differences, literals) = Parts(old, made, ops);
        return (differences.Count(d => d != 0), literals.Length);
    }

    private static (byte[] Differences, byte[] Literals) Parts(byte[] old, byte[] made, IReadOnlyList<PatchOp> ops)
    {
        using var differences = new MemoryStream();
        using var literals = new MemoryStream();
        var at = 0;
        foreach (var op in ops)
        {
            for (var i = 0; i < op.Add; i++)
                differences.WriteByte((byte)(made[at++] - old[op.Old + i]));
            literals.Write(made, at, op.Insert);
            at += op.Insert;
        }
        Assert.Equal(made.Length, at);
        return (differences.ToArray(), literals.ToArray());
    }
}
