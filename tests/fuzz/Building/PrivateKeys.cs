using System.Security.Cryptography;
using System.Text;

namespace Diffah.Fuzz.Building;

/// <summary>Private keys in the forms that the world writes. Which key it is does not matter.</summary>
internal static class PrivateKeys
{
    private const string Boxed =
        """{"kdf":{"name":"scrypt","params":{"N":1024,"r":8,"p":1},"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},"cipher":{"name":"nacl/secretbox","nonce":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"},"ciphertext":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}""";

    private static readonly byte[][] All = Make();

    public static byte[] Of(Dice dice) => dice.Of<byte[]>(All);

    private static byte[][] Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var box = Convert.ToBase64String(Encoding.UTF8.GetBytes(Boxed), Base64FormattingOptions.InsertLineBreaks);
        string[] texts =
        [
            key.ExportPkcs8PrivateKeyPem(), key.ExportECPrivateKeyPem(), other.ExportPkcs8PrivateKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem(), key.ExportSubjectPublicKeyInfoPem(),
            key.ExportEncryptedPkcs8PrivateKeyPem("correct horse battery", new PbeParameters(
                PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)), Boxed,
            $"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n{box}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----",
        ];
        return [.. texts.Select(text => Encoding.ASCII.GetBytes(text + "\n"))];
    }
}
