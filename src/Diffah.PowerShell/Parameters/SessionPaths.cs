using System.Management.Automation;
using System.Text.RegularExpressions;
using Diffah.Engine.Configuration;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Hosts;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Resolves paths as the session sees them: its location, its drives, its home. The process's directory plays no part.
/// </summary>
/// <param name="session">The session.</param>
internal sealed partial class SessionPaths(SessionState session)
{
    private const string FileSystem = "FileSystem";

    /// <summary>Where the user's configuration file is, absolute; null where it can be nowhere.</summary>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument.</exception>
    public ConfigurationFile? ConfigurationFile =>
        HostEnvironment.ConfigurationFile is { } file ? file with { Path = ResolveLiteral(file.Path) } : null;

    /// <summary>The absolute path of something that need not exist; wildcard characters stand for themselves.</summary>
    /// <param name="path">The path as the user wrote it.</param>
    /// <exception cref="DiffahException">FileNotFound (the drive), InvalidArgument (another provider).</exception>
    public string ResolveLiteral(string path) => Guard(path, () =>
    {
        RefuseStream(path);
        var resolved = session.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == FileSystem ? resolved : throw OtherProvider(path, provider);
    });

    /// <summary>The absolute paths a pattern means; none where a pattern with wildcards matches nothing.</summary>
    /// <param name="path">The path or pattern as the user wrote it.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument (another provider, or a malformed
    /// pattern).</exception>
    public IReadOnlyList<string> ResolveWildcards(string path) => Guard(path, () =>
    {
        RefuseStream(path);
        var resolved = session.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
        return provider.Name == FileSystem ? resolved : throw OtherProvider(path, provider);
    });

    /// <summary>Parses a reference; a drive of the session is understood in it.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public ImageReference ParseReference(string text)
    {
        // transport:Drive:/path[:name] is otherwise path 'Drive' and image name '/path', which no image can have.
        if (DrivePath().Match(text) is { Success: true } match
            && session.Drive.GetAllForProvider(FileSystem).Any(d => IsNamed(d, match.Groups["drive"].Value)))
            text = match.Groups["transport"].Value + ResolveLiteral(match.Groups["path"].Value)
                + match.Groups["name"].Value;
        return Resolve(ImageReference.Parse(text));
    }

    /// <summary>The same reference with its path made absolute.</summary>
    /// <param name="reference">The reference.</param>
    /// <exception cref="DiffahException">InvalidReference, for a location whose path has a colon.</exception>
    public ImageReference Resolve(ImageReference reference)
    {
        // PowerShell takes either slash in a path, on every system.
        if (reference.IsFile && reference.Path.Contains('\\', StringComparison.Ordinal))
            reference = reference.WithPath(reference.Path.Replace('\\', '/'));
        if (reference.IsFile && (reference.Path == "~" || reference.Path.StartsWith("~/", StringComparison.Ordinal)))
            reference = reference.WithPath(session.Provider.GetOne(FileSystem).Home + reference.Path[1..]);
        return reference.ResolveAgainst(session.Path.CurrentFileSystemLocation.ProviderPath);
    }

    /// <summary>The same environment with its relative path made absolute.</summary>
    /// <param name="environment">Where credentials are.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument.</exception>
    public TransportEnvironment Resolve(TransportEnvironment environment) =>
        environment.AuthFile is { } file ? environment with { AuthFile = ResolveLiteral(file) } : environment;

    // In a reference the engine refuses it, with an error of its own: a transformation has one for all that is wrong.
    private static void RefuseStream(string path)
    {
        if (StandardStreams.AreMeant(path))
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"'{path}' means a standard stream, and a pipeline of PowerShell carries objects, not an archive's "
                    + "bytes.",
                $"Name a file (./{StandardStreams.Name} for one of that name), or use the command line, diffah, whose "
                    + "standard streams are bytes.");
    }

    private static bool IsNamed(PSDriveInfo drive, string name) =>
        drive.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static T Guard<T>(string path, Func<T> resolve)
    {
        try
        {
            return resolve();
        }
        catch (DriveNotFoundException e) when (ImageReference.TryParse(path, out var reference))
        {
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"'{path}' is an image reference, and this parameter takes the path of a file.",
                $"Write the path alone{(reference.IsFile ? $", {reference.Path}," : "")} where it is the file that is "
                    + "meant. An image is given with -Reference (Get-DiffahImage), -Baseline, -Target, "
                    + "-Source or -Destination.", e);
        }
        catch (Exception e) when (e is ItemNotFoundException or DriveNotFoundException or ProviderNotFoundException)
        {
            throw new DiffahException(DiffahErrors.FileNotFound, e.Message, inner: e);
        }
        catch (Exception e) when (e is WildcardPatternException or ProviderInvocationException
            or PSInvalidOperationException)
        {
            throw new DiffahException(DiffahErrors.InvalidArgument, $"'{path}' can't be resolved: {e.Message}",
                "Use -LiteralPath for a path with wildcard characters in it.", e);
        }
    }

    private static DiffahException OtherProvider(string path, ProviderInfo provider) =>
        new(DiffahErrors.InvalidArgument,
            $"'{path}' is a path of the provider {provider.Name}; only paths of the file system are supported.",
            "Give a path of the file system.");

    [GeneratedRegex(@"^(?<transport>[a-z-]+:)(?<path>(?<drive>[^:/\\]+):[/\\][^:]*)(?<name>:.*)?$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex DrivePath();
}
