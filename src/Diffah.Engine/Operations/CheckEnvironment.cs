using Diffah.Engine.Configuration;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Checks;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Operations;

/// <summary>What to check beside the machine itself.</summary>
public sealed record CheckEnvironmentRequest
{
    /// <summary>Absolute path of the folder that spooling would use; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>How registries would be spoken to: it may name an auth file.</summary>
    public RegistryOptions Registry { get; init; } = new();

    /// <summary>Where the user's auth files are.</summary>
    public TransportEnvironment TransportEnvironment { get; init; } = TransportEnvironment.None;

    /// <summary>Where the user's configuration file is; null where it can be nowhere.</summary>
    public ConfigurationFile? ConfigurationFile { get; init; }

    /// <summary>
    /// An image of a registry, whose manifest is asked for to check the network; null leaves the network alone.
    /// </summary>
    public ImageReference? Probe { get; init; }
}

/// <summary>Checks whether this machine is ready.</summary>
/// <param name="transports">How the probe is reached.</param>
public sealed class CheckEnvironment(ITransportCatalog transports)
{
    /// <summary>How long the registry of the probe may take.</summary>
    internal TimeSpan ProbeLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a daemon may take to say what it is.</summary>
    internal TimeSpan DaemonLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs every check; a failed one is a result, not an error.</summary>
    /// <param name="request">What to check.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    /// <exception cref="DiffahException">InvalidArgument: the probe is no image of a registry.</exception>
    public Task<IReadOnlyList<EnvironmentCheck>> RunAsync(
        CheckEnvironmentRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<IReadOnlyList<EnvironmentCheck>> RunHereAsync(
        CheckEnvironmentRequest request, EventSink events, CancellationToken cancellationToken)
    {
        if (request.Probe is { IsFile: true })
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{request.Probe} is no image of a registry, so that it says nothing about the network.",
                "Name an image as docker://HOST/REPOSITORY:TAG.");
        List<EnvironmentCheck> checks =
        [
            new("zstd", CheckStatus.Ok, $"{ZstdLibrary.Version}, built in", ""),
            await CheckFolderAsync(request.WorkDirectory ?? Path.GetTempPath(), cancellationToken),
            await AuthFileCheck.RunAsync(request.Registry, request.TransportEnvironment, cancellationToken),
            CheckConfiguration.Report(request.ConfigurationFile, cancellationToken),
        ];
        foreach (var store in transports.Stores)
            checks.Add(await new DaemonCheck(DaemonLimit).RunAsync(store, cancellationToken));
        if (request.Probe is { } probe)
            checks.Add(await new NetworkCheck(transports, ProbeLimit).RunAsync(probe, events, cancellationToken));
        foreach (var check in checks)
            events.Debug($"Check {check.Name}: {check.Status}, {check.Detail}");
        return checks;
    }

    private static async Task<EnvironmentCheck> CheckFolderAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            using var work = new WorkDirectory(folder);
            await File.WriteAllBytesAsync(work.NewFilePath("probe"), new byte[4096], cancellationToken);
            return new EnvironmentCheck(
                "tmpdir", CheckStatus.Ok, $"'{folder}' is writable, {FreeGibibytes(folder)}", "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new EnvironmentCheck("tmpdir", CheckStatus.Fail, $"'{folder}' is not writable: {e.Message}",
                "Set TMPDIR or DIFFAH_WORKDIR to a folder that can be written to, "
                    + "or name one with the work directory option.");
        }
    }

    private static string FreeGibibytes(string folder) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{new DriveInfo(folder).AvailableFreeSpace / (double)(1 << 30):F1} GiB free");
}

/// <summary>
/// The outcome of one check. A word, not a number: what people compare, and what JSON, CSV and a job of another process
/// keep.
/// </summary>
public static class CheckStatus
{
    /// <summary>As it should be.</summary>
    public const string Ok = nameof(Ok);

    /// <summary>Some things will not work, or not as expected.</summary>
    public const string Warn = nameof(Warn);

    /// <summary>Something needed is missing.</summary>
    public const string Fail = nameof(Fail);
}

/// <summary>One check of this machine.</summary>
/// <param name="Name">What was checked: zstd (which version is built in), tmpdir, authfile, config, network,
/// and a daemon by the name of its transport.</param>
/// <param name="Status">The outcome: a word of <see cref="CheckStatus"/>.</param>
/// <param name="Detail">What was found; never a secret.</param>
/// <param name="Hint">What to do; empty where nothing is to be done.</param>
public sealed record EnvironmentCheck(string Name, string Status, string Detail, string Hint)
{
    /// <summary>Name and outcome.</summary>
    public override string ToString() => $"{Name}: {Status}";
}
