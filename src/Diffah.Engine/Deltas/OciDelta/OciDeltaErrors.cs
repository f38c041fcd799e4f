using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>What can be wrong with a delta of containers/oci-delta.</summary>
internal static class OciDeltaErrors
{
    /// <summary>The artifact is not as its format says.</summary>
    public static DiffahException Invalid(string delta, string why) =>
        new(DiffahErrors.ArchiveInvalid, $"'{delta}' is not a valid oci-delta: {why}.");

    /// <summary>A patch is not as its format says.</summary>
    public static DiffahException BadPatch(string what, string why, Exception? inner = null) =>
        new(DiffahErrors.PatchInvalid, $"The {what} can't be applied: {why}.", inner: inner);

    /// <summary>The patch asks for what the baseline lacks.</summary>
    public static DiffahException WrongBaseline(string why) => new(DiffahErrors.BaselineMismatch, why,
        "Give the image that the oci-delta was made from, with all of its layers.");
}
