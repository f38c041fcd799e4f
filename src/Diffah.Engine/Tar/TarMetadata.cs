using System.Collections.Immutable;

namespace Diffah.Engine.Tar;

/// <summary>What the headers of an entry say of a file, beyond its name and its content.</summary>
internal sealed record TarMetadata
{
    /// <summary>The type, as stored: <c>0</c> is a file, <c>5</c> a directory.</summary>
    public required byte Type { get; init; }

    /// <summary>The kind of tar: <c>v7</c>, <c>ustar</c>, <c>pax</c>, <c>gnu</c> or <c>star</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Permissions, with the bits for set-user-id, set-group-id and sticky: twelve bits.</summary>
    public required int Mode { get; init; }

    /// <summary>The owner's number.</summary>
    public required long UserId { get; init; }

    /// <summary>The group's number.</summary>
    public required long GroupId { get; init; }

    /// <summary>The owner's name; empty where there is none.</summary>
    public required string UserName { get; init; }

    /// <summary>The group's name; empty where there is none.</summary>
    public required string GroupName { get; init; }

    /// <summary>When the content was changed last.</summary>
    public required TarTime ModifiedTime { get; init; }

    /// <summary>When the file was read last; null where the tar does not say.</summary>
    public required TarTime? AccessTime { get; init; }

    /// <summary>When what is said here was changed last; null where the tar does not say.</summary>
    public required TarTime? ChangeTime { get; init; }

    /// <summary>A device's major number; 0 for what is none.</summary>
    public required long DeviceMajor { get; init; }

    /// <summary>A device's minor number; 0 for what is none.</summary>
    public required long DeviceMinor { get; init; }

    /// <summary>The extended attributes, access lists among them.</summary>
    public required ImmutableSortedDictionary<string, TarAttribute> Attributes { get; init; }

    /// <summary>How all this is written.</summary>
    public required TarForm Form { get; init; }

    /// <summary>Characters of all texts.</summary>
    public long TextLength =>
        UserName.Length + GroupName.Length + Attributes.Sum(a => (long)a.Key.Length + TarAttribute.KeptLength);
}
