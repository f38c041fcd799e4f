using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Deltas.Support;

/// <summary>What every error must have.</summary>
internal static class Errors
{
    public static async Task<DiffahException> ThrowsAsync(DiffahError expected, Func<Task> run)
    {
        var e = await Assert.ThrowsAsync<DiffahException>(run);
        Assert.True(expected == e.Error, $"expected {expected.Code}, got {e.Error.Code}: {e.Message}");
        AssertHelpful(e);
        return e;
    }

    public static DiffahException Throws(DiffahError expected, Action run)
    {
        var e = Assert.Throws<DiffahException>(run);
        Assert.True(expected == e.Error, $"expected {expected.Code}, got {e.Error.Code}: {e.Message}");
        AssertHelpful(e);
        return e;
    }

    public static void AssertHelpful(DiffahException e)
    {
        Assert.NotEmpty(e.NextAction);
        Assert.NotEmpty(e.Message);
        Assert.DoesNotContain(e.Message, c => char.IsControl(c));
    }
}
