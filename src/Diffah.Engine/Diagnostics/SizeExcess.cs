using System.Collections.Immutable;

namespace Diffah.Engine.Diagnostics;

/// <summary>By how much an archive is larger than it may be, and what of it costs most.</summary>
/// <param name="ArchiveBytes">Bytes that it takes; where it was only planned, at the most.</param>
/// <param name="LimitBytes">Bytes that it may take.</param>
/// <param name="ImageBytes">Size of all target images as they are, each distinct blob once.</param>
/// <param name="Costliest">What costs most, most first; at most three.</param>
public sealed record SizeExcess(
    long ArchiveBytes, long LimitBytes, long ImageBytes, ImmutableArray<SizeCost> Costliest)
{
    /// <summary>Both sizes.</summary>
    public override string ToString() => $"{Human.Size(ArchiveBytes)} > {Human.Size(LimitBytes)}";
}

/// <summary>What something takes of an archive.</summary>
/// <param name="Path">Path of the file in its layer; null for a layer of which no files are told.</param>
/// <param name="Layer">Digest of the layer.</param>
/// <param name="ArchiveBytes">Bytes that it takes of the archive.</param>
public sealed record SizeCost(string? Path, string Layer, long ArchiveBytes)
{
    /// <summary>
    /// What made the layer, as the image says, on one line; null for a file, and where it does not say.
    /// </summary>
    public string? CreatedBy { get; init; }

    /// <summary>The file or the layer, and what it takes.</summary>
    public override string ToString() => $"{Path ?? $"layer {ShortText.Digest(Layer)}"}: {Human.Size(ArchiveBytes)}";
}
