using System.Collections.Immutable;
using Diffah.Engine.Images;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// What -Baseline and -Destination take: one image reference, or references by the names of a bundle's images.
/// </summary>
public sealed class NamedReferences
{
    /// <summary>One reference, for an archive of one image.</summary>
    /// <param name="reference">The reference; a path in it is absolute.</param>
    public NamedReferences(ImageReference reference) => Only = reference;

    /// <summary>References by the images' names.</summary>
    /// <param name="byName">The references; paths in them are absolute.</param>
    public NamedReferences(ImmutableSortedDictionary<string, ImageReference> byName) => ByName = byName;

    /// <summary>The one reference; null where there are names.</summary>
    public ImageReference? Only { get; }

    /// <summary>The references by name; empty where there is one without a name.</summary>
    public ImmutableSortedDictionary<string, ImageReference> ByName { get; } =
        ImmutableSortedDictionary<string, ImageReference>.Empty;

    /// <inheritdoc/>
    public override string ToString() =>
        Only?.ToString() ?? string.Join(", ", ByName.Select(one => $"{one.Key}={one.Value}"));
}
