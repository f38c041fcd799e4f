using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// What a report says of a file of one image: all that a copy of it, which has its bytes alone, does not tell.
/// </summary>
internal sealed record FileDescription
{
    private const string CharacterDevice = "character_device";
    private const string BlockDevice = "block_device";

    /// <summary>What it is: <c>file</c>, <c>symbolic_link</c>, <c>directory</c>, and so on.</summary>
    public required string Type { get; init; }

    /// <summary>Bytes of its content; null for what has none.</summary>
    public long? Size { get; init; }

    /// <summary>Permissions, octal.</summary>
    public required string Mode { get; init; }

    /// <summary>The owner's number.</summary>
    public required long Uid { get; init; }

    /// <summary>The group's number.</summary>
    public required long Gid { get; init; }

    /// <summary>The owner's name; null where the tar has none.</summary>
    public string? User { get; init; }

    /// <summary>The group's name; null where the tar has none.</summary>
    public string? Group { get; init; }

    /// <summary>When it was changed last, in UTC.</summary>
    public required string ModifiedTime { get; init; }

    /// <summary>Where a link leads, as it stands in the image.</summary>
    public string? Link { get; init; }

    /// <summary>Major and minor number of a device.</summary>
    public string? Device { get; init; }

    /// <summary>Extended attributes: short values as they are, of long ones the digest; null where there are
    /// none.</summary>
    public IReadOnlyDictionary<string, string>? Xattrs { get; init; }

    /// <summary>Path of its copy from the report's folder; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>Why there is no copy, a word of <see cref="Reporting.NotWritten"/>; null where there is one.</summary>
    public string? NotWritten { get; init; }

    /// <summary>Describes a file.</summary>
    /// <param name="entry">The entry that it is.</param>
    /// <param name="size">Bytes of its content.</param>
    public static FileDescription Of(TarEntry entry, long? size)
    {
        var metadata = TarMetadataReader.Read(entry);
        var type = TypeOf(entry.Kind, metadata.Type);
        return new FileDescription
        {
            Type = type,
            Size = entry.Kind == TarEntryKind.File ? size : null,
            Mode = Convert.ToString(metadata.Mode, 8).PadLeft(4, '0'),
            Uid = metadata.UserId,
            Gid = metadata.GroupId,
            User = OrNull(metadata.UserName),
            Group = OrNull(metadata.GroupName),
            ModifiedTime = metadata.ModifiedTime.ToString(),
            Link = OrNull(entry.LinkName),
            Device = type is CharacterDevice or BlockDevice
                ? string.Create(CultureInfo.InvariantCulture, $"{metadata.DeviceMajor}, {metadata.DeviceMinor}")
                : null,
            Xattrs = metadata.Attributes.IsEmpty
                ? null
                : metadata.Attributes.ToImmutableSortedDictionary(a => a.Key, a => a.Value.Text, StringComparer.Ordinal),
        };
    }

    private static string TypeOf(TarEntryKind kind, byte type) => (kind, (char)type) switch
    {
        (TarEntryKind.File, _) => "file",
        (TarEntryKind.HardLink, _) => "hard_link",
        (TarEntryKind.SymbolicLink, _) => "symbolic_link",
        (TarEntryKind.Directory, _) => "directory",
        (_, '3') => CharacterDevice,
        (_, '4') => BlockDevice,
        (_, '6') => "fifo",
        _ => "other",
    };

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
