using System.Collections.Immutable;
using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Cli.Options;

/// <summary>Arguments and options that several verbs share, and how their values are read.</summary>
internal static class CommonOptions
{
    public static Argument<string> Reference(string name, string description) =>
        new ImageArgument(name) { Description = description };

    public static Argument<string> File(string name, string description) =>
        new PathArgument(name) { Description = description };

    public static Option<bool> DryRun() =>
        OptionFactory.Flag("--dry-run", "Say what would be done, and write nothing.", "-n");

    public static Option<bool> Force(string what) =>
        OptionFactory.Flag("--force", $"Replace {what} that is there already.");

    public static Option<bool> AllowConvert() => OptionFactory.Flag(
        "--allow-convert", "Convert an image that the destination can't hold as it is; its manifest's digest changes.");

    /// <summary>Images beside the baseline.</summary>
    public static Option<string[]> AdditionalBaselines() => new("--additional-baseline")
    {
        HelpName = ValuePlaceholders.Image,
        Description = "An image that has what the baseline lacks; may be given again for others. For archives of "
            + "version 2.",
    };

    /// <summary>The image references of an option that may be given again, with absolute paths.</summary>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public static ImmutableArray<ImageReference> ReadReferences(
        this ParseResult parsed, Option<string[]> option, CommandLineHost host) =>
        [.. (parsed.GetValue(option) ?? []).Select(text => ResolveReference(text, host))];

    /// <summary>The image reference of an argument, with an absolute path.</summary>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public static ImageReference ReadReference(
        this ParseResult parsed, Argument<string> argument, CommandLineHost host) =>
        ResolveReference(parsed.GetRequiredValue(argument), host);

    /// <summary>An image reference as the user wrote it, with an absolute path.</summary>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public static ImageReference ResolveReference(string text, CommandLineHost host) =>
        ImageReference.Parse(text).ResolveAgainst(host.CurrentDirectory);

    /// <summary>The absolute path of an argument.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    public static string ReadPath(this ParseResult parsed, Argument<string> argument, CommandLineHost host) =>
        ResolvePath(parsed.GetRequiredValue(argument), argument.Name, host);

    /// <summary>The absolute path of an option; null where it is not given.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    public static string? ReadPath(this ParseResult parsed, Option<string?> option, CommandLineHost host) =>
        parsed.GetValue(option) is { } path ? ResolvePath(path, option.Name, host) : null;

    /// <summary>Where what is fetched of a registry stays for another run.</summary>
    public static Option<string?> ResumeDirectory() => OptionFactory.Text("--resume-dir", ValuePlaceholders.Folder,
        "Keep here what is fetched of a registry until the image is there, and go on with it in another run.");

    /// <summary>The absolute path of the folder to resume in; null where none is named.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    public static string? ReadResumeDirectory(
        this ParseResult parsed, Option<string?> option, CommandLineHost host) =>
        parsed.GetValue(option) is { } folder ? ResolvePath(folder, option.Name, host) : null;

    /// <summary>
    /// Where a delta archive is that an argument names: an absolute path, or <c>-</c> for a standard stream.
    /// </summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    public static string ReadArchive(this ParseResult parsed, Argument<string> argument, CommandLineHost host) =>
        ResolveArchive(parsed.GetRequiredValue(argument), argument.Name, host);

    /// <summary>The same of a text.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    public static string ResolveArchive(string path, string name, CommandLineHost host) =>
        StandardStreams.AreMeant(path) ? path : ResolvePath(path, name, host);

    /// <summary>The absolute form of a path as the user wrote it.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path at all.</exception>
    public static string ResolvePath(string path, string name, CommandLineHost host)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new DiffahException(DiffahErrors.InvalidArgument, $"{name} is not a path.");
        var resolved = host.Resolve(path);
        // A colon is a letter of a file's name as any other; only where there is no such file can it be a mistake.
        return !System.IO.File.Exists(resolved) && ImageReference.TryParse(path, out _)
            ? throw new DiffahException(
                DiffahErrors.InvalidArgument, $"'{path}' is an image reference, and {name} is the path of a file.",
                $"Write the path alone, or ./{path} for a file of that name. diffah image shows what is in an image.")
            : resolved;
    }
}
