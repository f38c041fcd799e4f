using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>
/// Where an image is: <c>transport:location</c> (containers-transports(5)). Prints back exactly as parsed.
/// </summary>
public sealed partial record ImageReference
{
    internal const string RegistrySlashes = "//";

    private ImageReference(string transport, string? path, string? name, string location) =>
        (Transport, Path, Name, Location) = (transport, path, name, location);

    /// <summary>The transport's name, without a colon.</summary>
    public string Transport { get; }

    /// <summary>What follows the transport's colon.</summary>
    public string Location { get; }

    /// <summary>The path as written, for a transport of files; null for any other.</summary>
    public string? Path { get; }

    /// <summary>
    /// What picks an image behind the path: <c>NAME:TAG</c> in a Docker archive, the ref name in an OCI layout; null
    /// where none was given.
    /// </summary>
    public string? Name { get; }

    /// <summary>True where <see cref="Path"/> is set.</summary>
    [MemberNotNullWhen(true, nameof(Path))]
    public bool IsFile => Path is not null;

    /// <summary>
    /// True where the archive is not a file: it comes through standard input, or goes to standard output.
    /// </summary>
    public bool IsStandardStream => Path is not null && StandardStreams.AreMeant(Path) && !Traits.IsFolder;

    /// <summary>What the transport is, and what its places can hold.</summary>
    internal TransportTraits Traits => TransportTraits.Find(Transport)!;

    /// <summary>
    /// The name of the image in its registry or its store, in full; null for another transport, and where what is
    /// written is not a name.
    /// </summary>
    internal ImageName? FullName => Traits.Grammar switch
    {
        TransportGrammar.Registry => ImageName.TryParse(Location[RegistrySlashes.Length..]),
        TransportGrammar.Image when !Digest.TryParse(Location, out _) => ImageName.TryParse(Location),
        _ => null,
    };

    /// <summary>The place that messages name: the path, or the whole reference.</summary>
    internal string Shown => Path ?? ToString();

    /// <summary>
    /// A short origin for a sidecar: a path's base name, the name in what came through a pipe, or the registry
    /// reference.
    /// </summary>
    public string SourceHint => IsStandardStream
        ? Name ?? Path!
        : IsFile ? System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path))
        : Location.TrimStart('/');

    /// <summary>Parses a reference.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public static ImageReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':');
        var transport = colon < 0 ? "" : text[..colon];
        var location = text[(colon + 1)..];
        if (TransportTraits.Find(transport) is not { } traits)
            throw Unknown(text, transport, location);
        if (traits.HasPath)
            return ParseFile(traits, location, text);
        if (traits.Grammar == TransportGrammar.Registry && !NamesRegistry(location))
            throw Invalid(text, $"a registry reference begins with {traits.Prefix}.",
                IsImageName(location)
                    ? $"Did you mean {traits.Prefix}{location}?"
                    : $"Write {traits.Prefix}HOST/REPOSITORY:TAG.");
        if (traits.Grammar == TransportGrammar.Image && !NamesStored(location))
            throw Invalid(text, location.Length == 0 ? "it names no image." : $"'{location}' is no name for an image.",
                $"Write a name in lower case, for example {traits.Prefix}app:v1, "
                    + $"or an image's id: {traits.Prefix}sha256:...");
        return new ImageReference(transport, null, null, location);
    }

    /// <summary>Parses a reference, without throwing.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="reference">The reference where the answer is true.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        try
        {
            reference = text is null ? null : Parse(text);
        }
        catch (DiffahException)
        {
            reference = null;
        }
        return reference is not null;
    }

    /// <summary>The same reference with another path.</summary>
    /// <param name="path">The path in place of <see cref="Path"/>; may hold a colon only where the transport's grammar
    /// lets it.</param>
    /// <exception cref="DiffahException">InvalidReference, for a path with a colon, which the grammar can't
    /// express.</exception>
    public ImageReference WithPath(string path)
    {
        if (!IsFile)
            throw new InvalidOperationException("Only a reference of a file transport has a path.");
        return !Traits.PathMayHoldColon && path.Contains(':', StringComparison.Ordinal)
            ? throw Invalid(path, "a path with a colon can't be written in a reference.",
                "Move or link the file to a path without a colon.")
            : new ImageReference(Transport, path, Name, Name is null ? path : $"{path}:{Name}");
    }

    /// <summary>The same reference with a name behind the path.</summary>
    /// <param name="name">The name.</param>
    internal ImageReference WithName(string name) => new(Transport, Path, name, $"{Path}:{name}");

    /// <summary>
    /// The same reference with a relative path made absolute; a reference of another kind, and <c>-</c> for a standard
    /// stream, is returned as it is.
    /// </summary>
    /// <param name="baseFolder">Absolute path of the folder that relative paths start from.</param>
    public ImageReference ResolveAgainst(string baseFolder) =>
        IsFile && !IsStandardStream && !System.IO.Path.IsPathRooted(Path)
            ? WithPath(System.IO.Path.GetFullPath(Path, baseFolder))
            : this;

    /// <summary>
    /// The image of a digest in the same repository; null where the reference is not one of a registry.
    /// </summary>
    /// <param name="digest">Digest of the image's manifest.</param>
    public ImageReference? AtDigest(Digest digest)
    {
        if (Traits.Grammar != TransportGrammar.Registry)
            return null;
        var (repository, _) = ImageName.SplitTag(Location.Split('@')[0]);
        return new ImageReference(Transport, null, null, $"{repository}@{digest}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Transport}:{Location}";

    private static DiffahException Unknown(string text, string transport, string location)
    {
        if (EditDistance.Nearest(transport, TransportTraits.Implemented.Select(t => t.Name)) is { } near)
            return Invalid(text, $"there is no transport '{transport}:'.",
                $"Did you mean {near}:{(location.Length < 200 ? location : "")}?");
        var file = text.Length is > 0 and < 200 ? text : "./app.tar";
        return Invalid(text, "it does not begin with a transport.",
            $"{RegistryMeant(text)}Put a transport in front: {TransportTraits.Words(_ => true)}, "
            + $"for example {TransportTraits.DockerArchive.Prefix}{file}.");
    }

    // What docker pull takes, and no file by its looks.
    private static string RegistryMeant(string text) =>
        text.Length < 200 && IsImageName(text) && !FileName().IsMatch(text)
            ? $"Did you mean {TransportTraits.Registry.Prefix}{text}? Else, for a file: "
            : "";

    private static bool NamesRegistry(string location) =>
        location.Length > RegistrySlashes.Length && location.StartsWith(RegistrySlashes, StringComparison.Ordinal);

    private static bool NamesStored(string location) =>
        Digest.TryParse(location, out _) || ImageName.TryParse(location) is not null;

    // A digest that is cut short is for the registry's own parser to refuse.
    private static bool IsImageName(string text) => ImageName.TryParse(text.Split('@')[0]) is not null;

    private static ImageReference ParseFile(TransportTraits traits, string location, string text)
    {
        var colon = traits.PathMayHoldColon ? -1 : location.IndexOf(':');
        var path = colon < 0 ? location : location[..colon];
        var name = colon < 0 ? null : location[(colon + 1)..];
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw Invalid(
                text, "it names no path.", $"Write a path after the transport, for example {traits.Prefix}./app.");
        if (name is "")
            throw Invalid(text, "it ends in a colon.", "Name an image after the colon, or leave the colon out.");
        return new ImageReference(traits.Name, path, name, location);
    }

    [GeneratedRegex(@"\.(?:tar|tgz|gz|zst|xz|bz2|json|yaml)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex FileName();

    private static DiffahException Invalid(string text, string why, string nextAction) =>
        new(DiffahErrors.InvalidReference, $"'{text}' is not an image reference: {why}", nextAction);
}
