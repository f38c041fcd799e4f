using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Signing;

/// <summary>A new ECDSA P-256 key pair, in the forms that are written. Disposal clears the private key.</summary>
internal sealed class NewKeyPair : IDisposable
{
    /// <summary>The algorithm of the keys.</summary>
    public const string Algorithm = "ECDSA P-256";

    private readonly byte[] _private;

    /// <summary>Makes a key.</summary>
    /// <param name="passphrase">Boxes the private key, as cosign does; null leaves it plain PKCS#8.</param>
    /// <exception cref="DiffahException">InvalidArgument: an empty passphrase.</exception>
    public NewKeyPair(string? passphrase)
    {
        if (passphrase is { Length: 0 })
            throw new DiffahException(DiffahErrors.InvalidArgument, "The passphrase is empty.",
                "Give a passphrase, or none at all for a key without.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = key.ExportSubjectPublicKeyInfo();
        PublicPem = Pem("PUBLIC KEY", publicKey);
        PublicFingerprint = Digest.Compute(publicKey);
        var pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            _private =
                passphrase is null ? Pem("PRIVATE KEY", pkcs8) : Pem(BoxedKey.PemLabels[0], Box(pkcs8, passphrase));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>The private key's file.</summary>
    public ReadOnlyMemory<byte> PrivatePem => _private;

    /// <summary>The public key's file.</summary>
    public ReadOnlyMemory<byte> PublicPem { get; }

    /// <summary>SHA-256 of the public key (DER).</summary>
    public Digest PublicFingerprint { get; }

    public void Dispose() => CryptographicOperations.ZeroMemory(_private);

    private static byte[] Box(byte[] pkcs8, string passphrase)
    {
        var bytes = Encoding.UTF8.GetBytes(passphrase);
        try
        {
            return BoxedKey.Seal(pkcs8, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] Pem(string label, ReadOnlySpan<byte> content)
    {
        var text = PemEncoding.Write(label, content);
        var pem = new byte[text.Length + 1];
        Encoding.ASCII.GetBytes(text, pem);
        pem[^1] = (byte)'\n';
        Array.Clear(text);
        return pem;
    }
}
