using System.Text;
using Diffah.Engine.Configuration;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>Writes a configuration file to begin with.</summary>
public static class WriteConfiguration
{
    private const string Head = """
        # Configuration of diffah: the defaults of its options.
        # An option or a parameter wins over an environment variable, that wins over this file, and this over what is built in.
        # Relative paths begin at the folder of this file. Remove the # before a key to set it.

        """;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Writes the file, with every key and its default in a comment. The default file's folder is made where it is
    /// missing, for its owner alone.
    /// </summary>
    /// <param name="file">Where to.</param>
    /// <param name="overwrite">Whether a file that is there already may be replaced.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is left then.</param>
    /// <returns>Absolute path of the file.</returns>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound (the folder), AccessDenied, DiskFull or
    /// IoFailure.</exception>
    public static Task<string> RunAsync(ConfigurationFile file, bool overwrite, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(file, overwrite, cancellationToken));

    private static async Task<string> RunHereAsync(
        ConfigurationFile file, bool overwrite, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        RequestGuard.AbsolutePath(file.Path);
        try
        {
            if (!file.IsNamed)
                Directory.CreateDirectory(RequestGuard.FolderOf(file.Path), OwnerOnly);
            await using var output = new AtomicFile(file.Path, overwrite);
            await output.Stream.WriteAsync(Encoding.UTF8.GetBytes(Template), cancellationToken);
            await output.FinishAsync(cancellationToken);
            output.Commit();
            return file.Path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiffahException.From(e);
        }
    }

    // Every key with its default, all of them commented out.
    private static string Template =>
        Head.ReplaceLineEndings("\n")
            + string.Concat(Knobs.All.Select(knob => $"\n# {knob.Comment}\n#{knob.Name}: {knob.Sample}\n"));
}
