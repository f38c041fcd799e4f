using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>What keys to make, and where to.</summary>
public sealed class CreateKeyPairRequest
{
    /// <summary>Absolute path of the private key's file (PEM, mode 0600).</summary>
    public required string PrivateKeyPath { get; init; }

    /// <summary>
    /// Absolute path of the public key's file (PKIX PEM); null is the private key's with the extension <c>.pub</c>.
    /// </summary>
    public string? PublicKeyPath { get; init; }

    /// <summary>Whether files that are there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// Absolute paths of further files that the command has read (configuration, lists of images), which no output may
    /// replace.
    /// </summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];

    // The setter alone is public: no view or serializer of the faces comes across the passphrase.

    /// <summary>The passphrase to box the private key with, as cosign does; null writes it as plain PKCS#8.</summary>
    public string? Passphrase
    {
        internal get;
        init;
    }
}

/// <summary>A pair of keys that was written.</summary>
/// <param name="PrivateKeyPath">Absolute path of the private key.</param>
/// <param name="PublicKeyPath">Absolute path of the public key.</param>
/// <param name="Algorithm">What the keys are for: <c>ECDSA P-256</c>.</param>
/// <param name="IsEncrypted">True where the private key needs a passphrase.</param>
/// <param name="PublicKeyFingerprint">SHA-256 of the public key (DER), <c>sha256:hex</c>: to compare over another
/// channel.</param>
public sealed record CreatedKeyPair(
    string PrivateKeyPath, string PublicKeyPath, string Algorithm, bool IsEncrypted, string PublicKeyFingerprint)
{
    /// <summary>The path of the public key, the one to pass on.</summary>
    public override string ToString() => PublicKeyPath;
}

/// <summary>Makes a pair of keys for signing archives.</summary>
public static class CreateKeyPair
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Makes the keys and writes both files, or none.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">DestinationExists, InvalidArgument, FileNotFound, AccessDenied.</exception>
    public static Task<CreatedKeyPair> RunAsync(
        CreateKeyPairRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private static async Task<CreatedKeyPair> RunHereAsync(
        CreateKeyPairRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var (privatePath, publicPath) = Paths(request);
        using var privateFile = new AtomicFile(privatePath, request.Overwrite, OwnerOnly);
        using var publicFile = new AtomicFile(publicPath, request.Overwrite, Everyone);
        using var keys = new NewKeyPair(request.Passphrase);
        await WriteAsync(privateFile, keys.PrivatePem, cancellationToken);
        await WriteAsync(publicFile, keys.PublicPem, cancellationToken);
        AtomicPair.Commit(privateFile, publicFile);
        events.Debug($"The private key is at {privatePath}, the public key at {publicPath}.");
        return new CreatedKeyPair(privatePath, publicPath, NewKeyPair.Algorithm, request.Passphrase is not null,
            keys.PublicFingerprint.ToString());
    }

    private static (string Private, string Public) Paths(CreateKeyPairRequest request)
    {
        RequestGuard.AbsolutePath(request.PrivateKeyPath);
        var publicPath = request.PublicKeyPath ?? Path.ChangeExtension(request.PrivateKeyPath, ".pub");
        RequestGuard.AbsolutePath(publicPath);
        var inUse = new FilesInUse(request.FilesInUse);
        inUse.RequireFree(request.PrivateKeyPath);
        inUse.RequireFree(publicPath);
        return !new FilePlace(publicPath).IsSameAs(new FilePlace(request.PrivateKeyPath))
            ? (request.PrivateKeyPath, publicPath)
            : throw new DiffahException(DiffahErrors.InvalidArgument, $"Both keys would be written to '{publicPath}'.",
                "Give each key a file of its own.");
    }

    private static async Task WriteAsync(AtomicFile file, ReadOnlyMemory<byte> pem, CancellationToken cancellationToken)
    {
        await file.Stream.WriteAsync(pem, cancellationToken);
        await file.FinishAsync(cancellationToken);
    }
}
