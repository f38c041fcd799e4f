using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations;

/// <summary>The outcome of one check.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Some things will not work, or not as expected.</summary>
    Warn,

    /// <summary>Something needed is missing.</summary>
    Fail,
}

/// <summary>One check of this machine.</summary>
/// <param name="Name">What was checked: zstd, tmpdir.</param>
/// <param name="Status">The outcome.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Hint">What to do; empty where nothing is to be done.</param>
public sealed record EnvironmentCheck(string Name, CheckStatus Status, string Detail, string Hint);

/// <summary>Checks whether this machine is ready.</summary>
public static class CheckEnvironment
{
    /// <summary>Runs every check; a failed one is a result, not an error.</summary>
    /// <param name="workDirectory">Absolute path of the folder that spooling would use; null is the system's temporary folder.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    public static async Task<IReadOnlyList<EnvironmentCheck>> RunAsync(string? workDirectory, EventSink events, CancellationToken cancellationToken)
    {
        EnvironmentCheck[] checks = [CheckZstd(), await CheckFolderAsync(workDirectory ?? Path.GetTempPath(), cancellationToken).ConfigureAwait(false)];
        foreach (var check in checks)
            events.Debug($"Check {check.Name}: {check.Status}, {check.Detail}");
        return checks;
    }

    private static EnvironmentCheck CheckZstd()
    {
        try
        {
            ZstdLibrary.EnsureAvailable();
            return new EnvironmentCheck("zstd", CheckStatus.Ok, $"libzstd {ZstdLibrary.Version}, from {ZstdLibrary.Name}", "");
        }
        catch (DiffahException e)
        {
            return new EnvironmentCheck("zstd", CheckStatus.Fail, e.Message, e.NextAction);
        }
    }

    private static async Task<EnvironmentCheck> CheckFolderAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            using var work = new WorkDirectory(folder);
            await File.WriteAllBytesAsync(work.NewFilePath("probe"), new byte[4096], cancellationToken).ConfigureAwait(false);
            return new EnvironmentCheck("tmpdir", CheckStatus.Ok, $"'{folder}' is writable, {FreeGibibytes(folder)}", "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new EnvironmentCheck("tmpdir", CheckStatus.Fail, $"'{folder}' is not writable: {e.Message}",
                "Set TMPDIR or DIFFAH_WORKDIR to a folder that can be written to, or name one with the work directory option.");
        }
    }

    private static string FreeGibibytes(string folder) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{new DriveInfo(folder).AvailableFreeSpace / (double)(1 << 30):F1} GiB free");
}
