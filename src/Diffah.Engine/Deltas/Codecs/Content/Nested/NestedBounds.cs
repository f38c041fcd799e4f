namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>What is opened. All of it is part of the format: both sides have to cut out the same.</summary>
internal static class NestedBounds
{
    /// <summary>How deep files are opened: an archive in an archive.</summary>
    public const int Depth = 2;

    /// <summary>The bytes of a file that is opened.</summary>
    public const int FileLength = 1 << 30;

    /// <summary>The bytes of a part.</summary>
    public const int PartLength = 64 * 1024 * 1024;

    /// <summary>The bytes of all parts of an archive, but for its skeleton.</summary>
    public const long AllParts = 1L << 30;

    /// <summary>The entries of an archive.</summary>
    public const int Entries = 65535;
}
