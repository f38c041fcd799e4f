using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// The part of the Docker Engine API that images need (docs.docker.com/reference/api/engine), as Docker and Podman
/// answer it.
/// </summary>
/// <param name="address">Where the engine listens.</param>
/// <param name="traits">Whose engine it is.</param>
internal sealed class EngineClient(DaemonAddress address, TransportTraits traits) : IDisposable
{
    private const int MaximumAnswer = 64 * 1024 * 1024;
    private const string ContainerdDriver = "io.containerd.snapshotter.v1";
    private const string Podman = "Podman Engine";

    // The oldest that Podman 4 and 5 answer. Docker's own API is asked without a version: any that it has will do.
    private const string PodmanApi = "v4.0.0/libpod";

    private readonly EngineHttp _http = new(address, traits);
    private readonly Lock _gate = new();
    private Task<EngineKind>? _kind;

    /// <summary>The engine, for messages.</summary>
    public string Engine => _http.Engine;

    /// <summary>What is known of the engine by now; null before it was asked.</summary>
    public EngineKind? Known => _kind is { IsCompletedSuccessfully: true } kind ? kind.Result : null;

    /// <summary>Asks the engine, once, what it is.</summary>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, DaemonProtocol.</exception>
    public async Task<EngineKind> GetKindAsync(CancellationToken cancellationToken)
    {
        Task<EngineKind> asked;
        lock (_gate)
            asked = _kind is { IsFaulted: false, IsCanceled: false } ? _kind : _kind = AskKindAsync(cancellationToken);
        return await asked;
    }

    /// <summary>What the engine says of an image; null where it has none.</summary>
    /// <param name="name">A name, or an id.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, DaemonFailure, DaemonProtocol.</exception>
    public async Task<StoredImage?> FindImageAsync(string name, CancellationToken cancellationToken)
    {
        // Podman's own API knows localhost/app as app too; Docker's reads every short name as docker.io's.
        var prefix = traits == TransportTraits.ContainersStorage ? $"{PodmanApi}/" : "";
        return await GetAsync($"{prefix}images/{name}/json", cancellationToken) is { } answer
            ? Read(() => StoredImage.Parse(answer))
            : null;
    }

    /// <summary>The images, by id, and their names.</summary>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, DaemonFailure, DaemonProtocol.</exception>
    public async Task<ImmutableArray<ListedImage>> ListImagesAsync(CancellationToken cancellationToken)
    {
        var answer = await GetAsync("images/json", cancellationToken) ?? throw Protocol("it lists no images");
        return answer.ValueKind == JsonValueKind.Array
            ? Read(() => answer.EnumerateArray().Select(ListedImage.Parse).ToImmutableArray())
            : throw Protocol("its list of images is not an array");
    }

    /// <summary>Opens an image as a tar, as <c>docker save</c> gives it.</summary>
    /// <param name="name">A name, or an id.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, DaemonFailure, ImageNotFound.</exception>
    public async Task<Stream> OpenExportAsync(string name, CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync(HttpMethod.Get, $"images/{name}/get", null, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            using (response)
                throw await FailedAsync(response, $"it can't export '{name}'", cancellationToken);
        }
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Sends a tar, as <c>docker load</c> does, and follows the engine while it takes the image in.</summary>
    /// <param name="tar">The tar.</param>
    /// <param name="told">Given each message of the engine.</param>
    /// <param name="cancellationToken">Stops it; nothing is kept as long as the tar is not whole.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, DaemonFailure, DiskFull.</exception>
    public async Task LoadAsync(HttpContent tar, Action<JsonElement> told, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(HttpMethod.Post, "images/load?quiet=0", tar, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await FailedAsync(response, "it refuses the image", cancellationToken);
        await GuardAsync(async () =>
        {
            await using var answer = await response.Content.ReadAsStreamAsync(cancellationToken);
            await foreach (var message in EngineMessages.ReadAsync(answer, cancellationToken))
            {
                if (EngineMessages.ErrorOf(message) is { } error)
                    throw Failure("it can't take the image in", error);
                told(message);
            }
            return true;
        }, cancellationToken);
    }

    /// <summary>See <see cref="EngineHttp.GuardAsync"/>.</summary>
    public Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        _http.GuardAsync(work, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<EngineKind> AskKindAsync(CancellationToken cancellationToken)
    {
        var version = await GetObjectAsync("version", cancellationToken) ?? throw Protocol("it tells no version");
        var name = Read(() => OciJson.Array(version, "Components", "answer").Select(c => Name(c)).FirstOrDefault());
        var number = Read(() => OciJson.OptionalString(version, "Version", "answer")) ?? throw Protocol(
            "it tells no version");
        if (name == Podman)
            return new EngineKind(number, IsPodman: true, KeepsBlobs: false);
        if (traits == TransportTraits.ContainersStorage)
            throw new DiffahException(DiffahErrors.DaemonProtocol, $"What answers as the {Engine} is a Docker engine.",
                $"Reach its images with {TransportTraits.DockerDaemon.Prefix}, or name the socket of Podman's service.");
        var info = await GetObjectAsync("info", cancellationToken) ?? throw Protocol("it tells nothing of itself");
        var drivers = Read(() => OciJson.Array(info, "DriverStatus", "answer"));
        return new EngineKind(number, IsPodman: false, KeepsBlobs: drivers.Any(
            pair => pair.ToString().Contains(ContainerdDriver, StringComparison.Ordinal)));

        static string? Name(JsonElement component) => component.ValueKind == JsonValueKind.Object
            ? OciJson.OptionalString(component, "Name", "answer") : null;
    }

    private async Task<JsonElement?> GetObjectAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await GetAsync(path, cancellationToken);
        return answer is null or { ValueKind: JsonValueKind.Object }
            ? answer
            : throw Protocol($"its answer to {path} is not an object");
    }

    private async Task<JsonElement?> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw await FailedAsync(response, $"it does not answer {path}", cancellationToken);
        var bytes = await GuardAsync(() => ReadAsync(response, cancellationToken), cancellationToken);
        return Read(() => OciJson.Parse(bytes, "answer"));
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await body.ReadBoundedAsync(MaximumAnswer, "The engine's answer", cancellationToken);
    }

    private async Task<DiffahException> FailedAsync(
        HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        var message = EngineMessages.TextOf(
            await GuardAsync(() => ReadAsync(response, cancellationToken), cancellationToken));
        var shown = message is null ? what : EngineMessages.Shorten(message);
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound => new DiffahException(DiffahErrors.ImageNotFound, $"The {Engine} has no such "
                + $"image: {shown}."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new DiffahException(DiffahErrors.AccessDenied,
                $"The {Engine} does not allow it: {shown} ({status})."),
            _ => Failure(what, message ?? $"status {status}"),
        };
    }

    private DiffahException Failure(string what, string message)
    {
        var shown = EngineMessages.Shorten(message);
        return message.Contains("no space left on device", StringComparison.OrdinalIgnoreCase)
            || message.Contains("disk quota exceeded", StringComparison.OrdinalIgnoreCase)
            ? new DiffahException(DiffahErrors.DiskFull, $"The {Engine} has no room for the image: {shown}.",
                "Free some room where the engine keeps its images (docker system df, docker image prune), "
                    + "and run the command again.")
            : new DiffahException(DiffahErrors.DaemonFailure, $"The {Engine} failed: {what}: {shown}.");
    }

    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            throw new DiffahException(DiffahErrors.DaemonProtocol,
                $"What answers as the {Engine} is no engine: {e.Message}", inner: e);
        }
    }

    private DiffahException Protocol(string why) =>
        new(DiffahErrors.DaemonProtocol, $"What answers as the {Engine} is no engine: {why}.");
}

/// <summary>What an engine is.</summary>
/// <param name="Version">Its version.</param>
/// <param name="IsPodman">Whether it is Podman's service.</param>
/// <param name="KeepsBlobs">Whether images are kept by containerd, with their manifests and compressed layers.</param>
internal sealed record EngineKind(string Version, bool IsPodman, bool KeepsBlobs)
{
    /// <summary>
    /// Whether a load may leave out layers that the engine has: Docker's own store looks for what it has before it
    /// opens a layer's file; the others want every file.
    /// </summary>
    public bool TakesPartialLoads => !IsPodman && !KeepsBlobs;
}
