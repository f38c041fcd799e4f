using System.Collections.Immutable;

namespace Diffah.Engine.Images.Comparison;

/// <summary>What differs between two images. Words, so that they are words wherever a difference goes.</summary>
public static class DifferenceKind
{
    /// <summary>An index: its images, or what it says of them.</summary>
    public const string Index = nameof(Index);

    /// <summary>A manifest: its annotations, media types, or the artifact that it is.</summary>
    public const string Manifest = nameof(Manifest);

    /// <summary>A configuration: the environment, the entry point, labels and all else.</summary>
    public const string Config = nameof(Config);

    /// <summary>A layer as a whole: one that only one image has, its order, its format or its compression.</summary>
    public const string Layer = nameof(Layer);

    /// <summary>A file of a layer, or of the file system that all layers make.</summary>
    public const string File = nameof(File);
}

/// <summary>One difference between two images.</summary>
/// <param name="Kind">What differs: a word of <see cref="DifferenceKind"/>.</param>
/// <param name="Property">
/// Which property of it: a word of <see cref="DifferenceProperty"/>, or the name of a field of a JSON document.
/// </param>
/// <param name="Reference">Its value in the reference image; null where that has none.</param>
/// <param name="Difference">Its value in the image that is compared with it; null where that has none.</param>
public sealed record ImageDifference(string Kind, string Property, string? Reference, string? Difference)
{
    /// <summary>Path of the file, without a slash before it; null for all that is no file.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// The place of the layer in the reference image, or in the other one where only that has it; 0 is the base. Null
    /// for what is in no layer, and where layers are squashed.
    /// </summary>
    public int? Layer { get; init; }

    /// <summary>The platform, <c>os/arch[/variant]</c>; null where one image was compared with one.</summary>
    public string? Platform { get; init; }

    /// <summary>Bytes of the file in the reference image; null for what is no file there.</summary>
    public long? ReferenceSize { get; init; }

    /// <summary>Bytes of the file in the other image; null for what is no file there.</summary>
    public long? DifferenceSize { get; init; }

    /// <summary>
    /// The lines that differ, as a unified diff; null where none was asked for, and for what is no text or too long.
    /// </summary>
    public string? Patch { get; init; }

    /// <summary>The kind, the path where there is one, and the property.</summary>
    public override string ToString() => Path is null ? $"{Kind} {Property}" : $"{Kind} {Path} {Property}";
}

/// <summary>Properties that are no fields of a JSON document.</summary>
public static class DifferenceProperty
{
    /// <summary>Only one of the images has it.</summary>
    public const string Presence = nameof(Presence);

    /// <summary>What kind of file it is: a file, a directory, a symbolic link.</summary>
    public const string Type = nameof(Type);

    /// <summary>The bytes of a file, told by their SHA-256.</summary>
    public const string Content = nameof(Content);

    /// <summary>Permissions, octal.</summary>
    public const string Mode = nameof(Mode);

    /// <summary>The owner's number, and his name where the tar has one.</summary>
    public const string Owner = nameof(Owner);

    /// <summary>The group's number, and its name where the tar has one.</summary>
    public const string Group = nameof(Group);

    /// <summary>When the file was changed last.</summary>
    public const string ModifiedTime = nameof(ModifiedTime);

    /// <summary>When the file was read last, or its metadata changed last.</summary>
    public const string OtherTime = nameof(OtherTime);

    /// <summary>Where a symbolic or a hard link leads.</summary>
    public const string Link = nameof(Link);

    /// <summary>Major and minor number of a device.</summary>
    public const string Device = nameof(Device);

    /// <summary>The extended attributes, access lists among them.</summary>
    public const string Xattr = nameof(Xattr);

    /// <summary>The order of a layer's entries.</summary>
    public const string FileOrder = nameof(FileOrder);

    /// <summary>How a tar writes what it says: its format, its padding, how names and numbers stand there.</summary>
    public const string TarFormat = nameof(TarFormat);

    /// <summary>How a layer is compressed; its content is the same.</summary>
    public const string Compression = nameof(Compression);

    /// <summary>The digest of what can't be looked into, or is told by nothing else.</summary>
    public const string Digest = nameof(Digest);

    /// <summary>How many there are.</summary>
    public const string Count = nameof(Count);

    /// <summary>How a JSON document is written; what it says is the same.</summary>
    public const string JsonFormat = nameof(JsonFormat);

    private static readonly ImmutableHashSet<string> Words =
    [
        Presence, Type, Content, Mode, Owner, Group, ModifiedTime, OtherTime, Link, Device, Xattr, FileOrder, TarFormat,
        Compression, Digest, Count, JsonFormat,
    ];

    /// <summary>True for one of these words, false for the name of a document's field.</summary>
    /// <param name="property">A property of a difference.</param>
    public static bool IsWord(string property) => Words.Contains(property);
}
