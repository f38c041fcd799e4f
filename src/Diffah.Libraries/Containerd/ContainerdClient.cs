using System.Net;
using System.Net.Sockets;
using Diffah.Libraries.Containerd.Wire;
using Google.Protobuf;

namespace Diffah.Libraries.Containerd;

/// <summary>What a name of an image means.</summary>
/// <param name="Name">The name.</param>
/// <param name="MediaType">Media type of the manifest or index.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record ContainerdImage(string Name, string MediaType, string Digest, long Size);

/// <summary>
/// containerd's API on its Unix socket: gRPC, which is messages over HTTP/2 without TLS. Safe for concurrent calls.
/// The exceptions are <see cref="GrpcFaultException"/>, <see cref="GrpcProtocolException"/>, <see
/// cref="TimeoutException"/>, and those of connections.
/// </summary>
internal sealed class ContainerdClient : IDisposable
{
    // containerd writes to its disk before it answers; what takes longer hangs.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;

    /// <summary>Prepares the connection; nothing is sent yet.</summary>
    /// <param name="socket">Absolute path of the socket.</param>
    public ContainerdClient(string socket)
    {
        var place = new UnixDomainSocketEndPoint(socket);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = async (_, ct) => await ConnectAsync(place, ct),
        };
        _http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            BaseAddress = new Uri("http://localhost"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <summary>Which version of containerd answers.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken) =>
        (await CallAsync(ContainerdMethods.Version, new Empty(), VersionMessage.Parser, default, cancellationToken))
            .Version;

    /// <summary>The namespaces that there are.</summary>
    public async Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken)
    {
        var list = await CallAsync(
            ContainerdMethods.ListNamespaces, new Empty(), NamespaceList.Parser, default, cancellationToken);
        return [.. list.Namespaces.Select(n => n.Name)];
    }

    /// <summary>An image by its name; null where there is none.</summary>
    public async Task<ContainerdImage?> FindImageAsync(
        string name, ContainerdScope scope, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await CallAsync(ContainerdMethods.GetImage, new ImageName { Name = name },
                ImageMessage.Parser, scope, cancellationToken);
            return Image(answer.Image);
        }
        catch (GrpcFaultException e) when (e.Status == GrpcStatus.NotFound)
        {
            return null;
        }
    }

    /// <summary>All images, in the order of their names.</summary>
    public async Task<IReadOnlyList<ContainerdImage>> ListImagesAsync(
        ContainerdScope scope, CancellationToken cancellationToken)
    {
        var list = await CallAsync(
            ContainerdMethods.ListImages, new Filters(), ImageList.Parser, scope, cancellationToken);
        return [.. list.Images.Select(Image)];
    }

    /// <summary>Gives a name to an image, whatever it meant before.</summary>
    /// <returns>What containerd says that the name means now.</returns>
    public async Task<ContainerdImage> PutImageAsync(
        ContainerdImage image, ContainerdScope scope, CancellationToken cancellationToken)
    {
        var wire = new Image
        {
            Name = image.Name,
            Target = new Target { MediaType = image.MediaType, Digest = image.Digest, Size = image.Size },
        };
        var update = new UpdateImage { Image = wire, UpdateMask = new FieldMask { Paths = { "target" } } };
        // Who creates or deletes the name at the same time comes between at the most once or twice.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var answer = await CallAsync(
                    ContainerdMethods.UpdateImage, update, ImageMessage.Parser, scope, cancellationToken);
                return Image(answer.Image);
            }
            catch (GrpcFaultException e) when (e.Status == GrpcStatus.NotFound)
            {
            }
            try
            {
                var answer = await CallAsync(ContainerdMethods.CreateImage, new ImageMessage { Image = wire },
                    ImageMessage.Parser, scope, cancellationToken);
                return Image(answer.Image);
            }
            catch (GrpcFaultException e) when (e.Status == GrpcStatus.AlreadyExists && attempt < 3)
            {
            }
        }
    }

    /// <summary>The size of a blob; null where it is not there.</summary>
    public async Task<long?> FindBlobAsync(string digest, ContainerdScope scope, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await CallAsync(ContainerdMethods.BlobInfo, new BlobDigest { Digest = digest },
                BlobInfoMessage.Parser, scope, cancellationToken);
            return answer.Info?.Size;
        }
        catch (GrpcFaultException e) when (e.Status == GrpcStatus.NotFound)
        {
            return null;
        }
    }

    /// <summary>Puts labels on a blob that is there; those that it has besides stay.</summary>
    public Task LabelBlobAsync(
        string digest, IReadOnlyDictionary<string, string> labels, ContainerdScope scope,
        CancellationToken cancellationToken)
    {
        var request = new UpdateBlob { Info = new BlobInfo { Digest = digest }, UpdateMask = new FieldMask() };
        foreach (var (key, value) in labels)
        {
            request.Info.Labels.Add(key, value);
            request.UpdateMask.Paths.Add($"labels.{key}");
        }
        return CallAsync(ContainerdMethods.UpdateBlob, request, BlobInfoMessage.Parser, scope, cancellationToken);
    }

    /// <summary>Opens a blob; null where it is not there.</summary>
    public async Task<BlobReader?> OpenBlobAsync(
        string digest, ContainerdScope scope, CancellationToken cancellationToken)
    {
        var call = GrpcCall.Send(
            _http, Request(ContainerdMethods.ReadBlob, scope), new BlobDigest { Digest = digest });
        try
        {
            return await BlobReader.OpenAsync(call, cancellationToken);
        }
        catch (Exception e)
        {
            call.Dispose();
            if (e is GrpcFaultException { Status: GrpcStatus.NotFound })
                return null;
            throw;
        }
    }

    /// <summary>Begins to write a blob.</summary>
    public BlobWriter WriteBlob(string name, string digest, long size, ContainerdScope scope) =>
        new(GrpcCall.Open(_http, Request(ContainerdMethods.WriteBlob, scope)), name, digest, size);

    /// <summary>Forgets a blob that was not written to its end.</summary>
    public Task AbortWriteAsync(string name, ContainerdScope scope, CancellationToken cancellationToken) => CallAsync(
        ContainerdMethods.AbortWrite, new WriteRef { Ref = name }, Empty.Parser, scope, cancellationToken);

    /// <summary>Makes a lease.</summary>
    public Task CreateLeaseAsync(
        string id, IReadOnlyDictionary<string, string> labels, ContainerdScope scope,
        CancellationToken cancellationToken)
    {
        var request = new CreateLease { Id = id };
        foreach (var (key, value) in labels)
            request.Labels.Add(key, value);
        // The lease that it answers with is the one that was asked for.
        return CallAsync(ContainerdMethods.CreateLease, request, Empty.Parser, scope, cancellationToken);
    }

    /// <summary>Lets a lease protect a blob, there or not.</summary>
    public Task AddToLeaseAsync(
        string id, string digest, ContainerdScope scope, CancellationToken cancellationToken) =>
        CallAsync(ContainerdMethods.AddToLease,
            new AddToLease { Id = id, Resource = new LeaseResource { Id = digest, Type = "content" } },
            Empty.Parser, scope, cancellationToken);

    /// <summary>Ends a lease.</summary>
    /// <param name="id">Which.</param>
    /// <param name="collect">Whether to wait until what nobody else uses is gone.</param>
    /// <param name="scope">Where it is.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task DeleteLeaseAsync(
        string id, bool collect, ContainerdScope scope, CancellationToken cancellationToken) =>
        CallAsync(ContainerdMethods.DeleteLease, new DeleteLease { Id = id, Sync = collect }, Empty.Parser, scope,
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<Stream> ConnectAsync(EndPoint place, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(place, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ContainerdImage Image(Image? image) => image?.Target is { } target
        ? new ContainerdImage(image.Name, target.MediaType, target.Digest, target.Size)
        : throw new GrpcProtocolException("names an image without saying which it is");

    private static HttpRequestMessage Request(string method, ContainerdScope scope)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.UserAgent.ParseAdd("diffah");
        if (scope.Namespace is { } name)
            request.Headers.Add("containerd-namespace", name);
        if (scope.Lease is { } lease)
            request.Headers.Add("containerd-lease", lease);
        return request;
    }

    private async Task<T> CallAsync<T>(
        string method, IMessage message, MessageParser<T> parser, ContainerdScope scope,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        using var call = GrpcCall.Send(_http, Request(method, scope), message);
        try
        {
            return await call.ReceiveOnlyAsync(parser, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer for {AnswerLimit.TotalSeconds:0} seconds");
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}

/// <summary>What a call is about beside its message.</summary>
/// <param name="Namespace">The namespace; null for a call that has none.</param>
/// <param name="Lease">The lease that protects what the call makes; null for none.</param>
internal readonly record struct ContainerdScope(string? Namespace, string? Lease = null);
