using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>
/// The certificates of a folder: *.crt are CAs, *.cert with *.key are the client's (containers-certs.d(5)).
/// </summary>
internal sealed class RegistryCertificates : IDisposable
{
    // A bundle of every authority that systems trust has a quarter of this.
    private const int MaximumBytes = 1 << 20;

    private RegistryCertificates(X509Certificate2Collection authorities, ImmutableArray<X509Certificate2> clients) =>
        (Authorities, Clients) = (authorities, clients);

    /// <summary>Trusted besides the system's.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>What the client may identify itself with, private keys included.</summary>
    public ImmutableArray<X509Certificate2> Clients { get; }

    /// <summary>Reads the folder that is meant for a registry.</summary>
    /// <param name="options">May name the folder.</param>
    /// <param name="environment">Has the folders to look in otherwise.</param>
    /// <param name="host">The registry, HOST[:PORT].</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument.</exception>
    public static RegistryCertificates Load(RegistryOptions options, TransportEnvironment environment, string host)
    {
        if (options.CertificateDirectory is { } given && !Directory.Exists(given))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The certificate folder '{given}' does not exist.",
                "Correct CertificateDirectory (--cert-dir).");
        var folder = options.CertificateDirectory
            ?? environment.CertificateFolders.Select(f => Path.Combine(f, host)).FirstOrDefault(Directory.Exists);
        return folder is null ? new([], []) : Load(folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var certificate in Authorities.Concat(Clients))
            certificate.Dispose();
    }

    private static RegistryCertificates Load(string folder)
    {
        var authorities = new X509Certificate2Collection();
        foreach (var file in Files(folder, "*.crt"))
            Read(file, () => ReadAuthorities(file, authorities));
        var clients = ImmutableArray.CreateBuilder<X509Certificate2>();
        foreach (var file in Files(folder, "*.cert"))
            Read(file, () => clients.Add(X509Certificate2.CreateFromPem(Text(file), Text(KeyOf(file)))));
        return new(authorities, clients.ToImmutable());
    }

    private static string[] Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)];

    private static void ReadAuthorities(string file, X509Certificate2Collection authorities)
    {
        var bytes = Bytes(file);
        // The other form that certificates are written in, DER, begins with the tag of a sequence.
        if (bytes is [0x30, ..])
            authorities.Add(X509CertificateLoader.LoadCertificate(bytes));
        else
            authorities.ImportFromPem(Text(file));
    }

    private static string Text(string file) =>
        TextBytes.Read(Bytes(file)) ?? throw new CryptographicException("It is no Unicode text.");

    // All files of a folder are read, some twice: nobody meant a pipe among them, and the wait for it would not end.
    private static byte[] Bytes(string file) => InputFile.KindOf(file) == InputKind.Pipe
        ? throw new CryptographicException("It is a pipe, not a file.")
        : SmallFile.Read(
            file, MaximumBytes, why => new CryptographicException($"It {why}."), CancellationToken.None)
            ?? throw new CryptographicException("It does not exist.");

    private static string KeyOf(string certificate)
    {
        var key = Path.ChangeExtension(certificate, ".key");
        return File.Exists(key)
            ? key
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The client certificate '{certificate}' has no key '{Path.GetFileName(key)}' beside it.",
                "Put the key beside it; the name of a CA's certificate ends in .crt.");
    }

    private static void Read(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new DiffahException(
                DiffahErrors.InvalidArgument, $"'{file}' can't be read as a PEM certificate and key.", inner: e);
        }
    }
}

/// <summary>Trusts what the system trusts, and what leads to one of a few more authorities.</summary>
/// <param name="authorities">The few more.</param>
internal sealed class CertificateTrust(X509Certificate2Collection authorities)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Judges a server's certificate.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        // The wrong name is wrong whoever signed for it.
        return errors == SslPolicyErrors.RemoteCertificateChainErrors && authorities.Count > 0
            && certificate is X509Certificate2 server && LeadsToOne(server, chain);
    }

    private bool LeadsToOne(X509Certificate2 server, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(e => e.Certificate).ToArray());
        return chain.Build(server);
    }
}
