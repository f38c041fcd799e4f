using System.Globalization;
using System.Net;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>
/// An upload that a registry has opened; each answer says where the next request goes (distribution spec, "pushing
/// blobs").
/// </summary>
internal sealed class UploadSession
{
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(3);
    // So fast a registry checks and stores a blob, at the least.
    private const long BytesASecond = 4 << 20;

    private readonly RegistryRepository _repository;
    private readonly RegistryScopes _scopes;
    private Uri _location;

    private UploadSession(RegistryRepository repository, HttpResponseMessage response)
    {
        (_repository, _scopes) = (repository, RegistryScopes.Push(repository.Name));
        _location = LocationOf(response) ?? throw RegistryProtocol.Broken(
            $"{repository.Client.Host} opened an upload and did not say where.");
        MinimumChunk = response.Headers.TryGetValues("OCI-Chunk-Min-Length", out var values) && int.TryParse(
            values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var minimum) ? minimum : 0;
    }

    /// <summary>The least bytes of a piece that is not the last.</summary>
    public int MinimumChunk { get; }

    /// <summary>
    /// Opens an upload. One try: an upload that was opened and is not known of is the registry's to clear away.
    /// </summary>
    public static async Task<UploadSession> OpenOnceAsync(
        RegistryRepository repository, CancellationToken cancellationToken)
    {
        using var response = await repository.SendAsync(new HttpAsk(HttpMethod.Post, repository.Path("blobs/uploads/")),
            RegistryScopes.Push(repository.Name), cancellationToken);
        await repository.RequireSuccessAsync(response, cancellationToken);
        return new UploadSession(repository, response);
    }

    /// <summary>Asks for a blob to be taken from another repository. One try.</summary>
    /// <returns>Whether that was done, and the upload that a registry may open instead.</returns>
    public static async Task<(bool Mounted, UploadSession? Instead)> MountOnceAsync(
        RegistryRepository repository, Digest blob, string from, CancellationToken cancellationToken)
    {
        var path = repository.Path(
            $"blobs/uploads/?mount={Uri.EscapeDataString(blob.ToString())}&from={Uri.EscapeDataString(from)}");
        using var response = await repository.SendAsync(
            new HttpAsk(HttpMethod.Post, path), RegistryScopes.Mount(repository.Name, from), cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted)
            return (false, new UploadSession(repository, response));
        if (response.StatusCode == HttpStatusCode.Created)
            return (true, null);
        // Neither of the answers that the spec has: only the registry knows what it did.
        if (response.IsSuccessStatusCode)
            return (await repository.HasBlobOnceAsync(blob, RegistryScopes.Push(repository.Name), cancellationToken),
                null);
        var fault = await repository.Client.FailAsync(response, cancellationToken);
        return RegistryFaults.IsTransient(fault) ? throw fault : (false, null);
    }

    /// <summary>Sends a whole blob and completes the upload. One try.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="content">Makes what is sent.</param>
    /// <param name="rewind">Makes it possible to send it again; null where that can't be.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task PutWholeOnceAsync(
        Descriptor blob, Func<UploadContent> content, Func<CancellationToken, Task>? rewind,
        CancellationToken cancellationToken)
    {
        var ask = new HttpAsk(HttpMethod.Put, Completion(blob.Digest))
        {
            Body = () => Whole(content()),
            BodyIsSentOnce = true,
            Rewind = rewind,
            Patience = PatienceFor(blob),
        };
        using var response = await _repository.SendAsync(ask, _scopes, cancellationToken);
        await _repository.RequireSuccessAsync(response, cancellationToken);
    }

    /// <summary>Sends the next bytes. One try.</summary>
    public async Task PatchOnceAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        var ask = new HttpAsk(HttpMethod.Patch, _location) { Body = () => Piece(bytes, offset) };
        using var response = await _repository.SendAsync(ask, _scopes, cancellationToken);
        await _repository.RequireSuccessAsync(response, cancellationToken);
        _location = LocationOf(response) ?? _location;
    }

    /// <summary>Completes the upload. One try.</summary>
    public async Task CompleteOnceAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var ask = new HttpAsk(HttpMethod.Put,
            Completion(blob.Digest))
        { Body = () => new ByteArrayContent([]), Patience = PatienceFor(blob) };
        using var response = await _repository.SendAsync(ask, _scopes, cancellationToken);
        await _repository.RequireSuccessAsync(response, cancellationToken);
    }

    /// <summary>Asks how many bytes have arrived. One try.</summary>
    public async Task<long> AskOnceAsync(CancellationToken cancellationToken)
    {
        using var response = await _repository.SendAsync(
            new HttpAsk(HttpMethod.Get, _location), _scopes, cancellationToken);
        await _repository.RequireSuccessAsync(response, cancellationToken);
        _location = LocationOf(response) ?? _location;
        // 0-0 says nothing has arrived as well as one byte; pieces have more than one.
        var end = response.Headers.TryGetValues("Range", out var values) ? values.First().Split('-')[^1] : "";
        return long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last > 0
            ? last + 1
            : 0;
    }

    /// <summary>Gives the upload up, as well as can be.</summary>
    public async Task CancelAsync()
    {
        using var limit = new CancellationTokenSource(CancelLimit);
        try
        {
            using var response = await _repository.SendAsync(
                new HttpAsk(HttpMethod.Delete, _location), _scopes, limit.Token);
        }
        catch (Exception e)
        {
            // The registry clears it away some day; what is being reported already matters more.
            _repository.Debug($"An upload could not be cancelled: {e.GetType().Name}.");
        }
    }

    private static ReadOnlyMemoryContent Piece(ReadOnlyMemory<byte> bytes, long offset)
    {
        var content = RegistryRepository.Body(bytes, "application/octet-stream");
        // Not RFC 9110's form: the distribution spec leaves out the unit.
        content.Headers.TryAddWithoutValidation(
            "Content-Range", string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + bytes.Length - 1}"));
        return content;
    }

    private static TimeSpan PatienceFor(Descriptor blob) => TimeSpan.FromSeconds(blob.Size / BytesASecond);

    private static UploadContent Whole(UploadContent content)
    {
        content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        return content;
    }

    private Uri Completion(Digest digest) =>
        HttpAddress.With(_location, $"digest={Uri.EscapeDataString(digest.ToString())}");

    /// <summary>Where the next request goes; null where the answer does not say.</summary>
    private Uri? LocationOf(HttpResponseMessage response) => RegistryAnswers.Location(response) is { } location
        ? _repository.Client.Resolve(response, location) ?? throw RegistryProtocol.Broken(
            $"{_repository.Client.Host} names a place for the next part of an upload that is no address.")
        : null;
}
