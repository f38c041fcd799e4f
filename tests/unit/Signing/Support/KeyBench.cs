using System.Security.Cryptography;
using Diffah.Engine.Signing;
using Diffah.Tests.Support;

namespace Diffah.Tests.Signing.Support;

/// <summary>Key files of a test's own, in a folder of their own.</summary>
internal sealed class KeyBench : IDisposable
{
    /// <summary>What must never be seen in any text.</summary>
    public const string Passphrase = "correct horse battery stäple";

    private readonly TemporaryFolder _folder = new();

    public KeyBench() => Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The key that files are made of, unless told otherwise.</summary>
    public ECDsa Key { get; }

    /// <summary>The private key as plain PKCS#8.</summary>
    public string Private => Write("key.pem", Key.ExportPkcs8PrivateKeyPem());

    /// <summary>The public key.</summary>
    public string Public => Write("key.pub", Key.ExportSubjectPublicKeyInfoPem());

    /// <summary>Another public key.</summary>
    public string OtherPublic
    {
        get
        {
            using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return Write("other.pub", other.ExportSubjectPublicKeyInfoPem());
        }
    }

    /// <summary>The absolute path of something in the folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>The files there are.</summary>
    public string[] Entries => _folder.Entries;

    public string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    /// <summary>The private key in a cosign box: the JSON document.</summary>
    public byte[] Box(string passphrase = Passphrase) =>
        BoxedKey.Seal(Key.ExportPkcs8PrivateKey(), System.Text.Encoding.UTF8.GetBytes(passphrase));

    /// <summary>Fails where a key was read that is not the bench's.</summary>
    public void AssertSame(ECDsa read) =>
        Assert.Equal(Key.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());

    public void Dispose()
    {
        Key.Dispose();
        _folder.Dispose();
    }
}
