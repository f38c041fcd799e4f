using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Parameters;

/// <summary>The archives that -Path or -LiteralPath means.</summary>
/// <param name="Given">The paths as the user passed them.</param>
/// <param name="IsLiteral">Whether wildcard characters stand for themselves.</param>
/// <param name="Paths">Resolves paths.</param>
internal sealed record ArchivePaths(string[] Given, bool IsLiteral, SessionPaths Paths)
{
    /// <summary>The parameter set of -Path.</summary>
    public const string PathSet = "Path";

    /// <summary>The parameter set of -LiteralPath.</summary>
    public const string LiteralPathSet = "LiteralPath";

    /// <summary>The parameter set of -Path where files name the images.</summary>
    public const string PathSpecSet = "PathSpec";

    /// <summary>The parameter set of -LiteralPath where files name the images.</summary>
    public const string LiteralPathSpecSet = "LiteralPathSpec";

    /// <summary>The parameter set of -Image: no archive, but an image by its name in a registry.</summary>
    public const string ImageSet = "Image";

    /// <summary>Those of the parameter set that was chosen.</summary>
    public static ArchivePaths Of(string set, string[] path, string[] literalPath, SessionPaths paths) =>
        set is LiteralPathSet or LiteralPathSpecSet ? new(literalPath, true, paths) : new(path, false, paths);

    /// <summary>The absolute paths one given path means.</summary>
    /// <param name="given">The path as the user passed it.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument.</exception>
    public IReadOnlyList<string> Resolve(string given) =>
        IsLiteral ? [Paths.ResolveLiteral(given)] : Paths.ResolveWildcards(given);

    /// <summary>
    /// The absolute path of the one archive all given paths mean, for a command that can take one at a time.
    /// </summary>
    /// <param name="done">What is done with one, to go into a message.</param>
    /// <param name="needed">The properties that objects for several would have.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument.</exception>
    public string ResolveOne(string done, string needed) => Given.SelectMany(Resolve).ToList() switch
    {
        [var archive] => archive,
        [] => throw new DiffahException(DiffahErrors.FileNotFound, $"No file matches '{string.Join("', '", Given)}'."),
        var several =>
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{done}, and {several.Count} were given: {string.Join(", ", several)}.",
                $"Give one archive, or pipe objects that have {needed}."),
    };

    /// <summary>
    /// The absolute paths of a chain: each given path means one archive, so that no pattern makes a chain by chance.
    /// </summary>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument.</exception>
    public IReadOnlyList<string> ResolveChain() => [.. Given.Select(given => Resolve(given) switch
    {
        [var archive] => archive,
        [] => throw new DiffahException(DiffahErrors.FileNotFound, $"No file matches '{given}'."),
        var several => throw new DiffahException(DiffahErrors.InvalidArgument,
            $"One archive is restored to one destination, and '{given}' matches {several.Count}: "
                + $"{string.Join(", ", several)}.",
            "Name one archive, or each archive of a chain; or pipe objects that have Path, Baseline and Destination."),
    })];

    /// <summary>What an error names: the path as the user passed it, or what a pattern came to.</summary>
    /// <param name="given">The path as the user passed it.</param>
    /// <param name="archive">One of the absolute paths it means.</param>
    public string Target(string given, string archive) =>
        !IsLiteral && given.AsSpan().IndexOfAny("*?[`") >= 0 ? archive : given;
}
