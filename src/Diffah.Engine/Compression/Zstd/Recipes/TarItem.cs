namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>An entry of a tar.</summary>
internal sealed record TarItem
{
    /// <summary>Its type, as it stands.</summary>
    public required byte Type { get; init; }

    /// <summary>Its path, in bytes.</summary>
    public required byte[] Name { get; init; }

    /// <summary>What it links to, in bytes.</summary>
    public required byte[] LinkName { get; init; }

    /// <summary>Permissions, and no type.</summary>
    public long Mode { get; init; }

    public long UserId { get; init; }

    public long GroupId { get; init; }

    public long MajorDevice { get; init; }

    public long MinorDevice { get; init; }

    /// <summary>Records of an extended header; the last of a name counts.</summary>
    public required IReadOnlyDictionary<string, byte[]> Records { get; init; }

    /// <summary>Seconds since 1970, where no record says more.</summary>
    public long ModificationTime { get; init; }

    /// <summary>Where its data begins.</summary>
    public required long Data { get; init; }

    /// <summary>Bytes of its data.</summary>
    public required long Size { get; init; }

    /// <summary>It is a file, and has data of its own.</summary>
    public bool IsFile => Type is 0 or (byte)'0' or (byte)'7' && Size > 0;
}
