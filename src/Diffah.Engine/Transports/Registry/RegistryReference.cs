using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Registry;

/// <summary>
/// Reads <c>//HOST/REPOSITORY[:TAG][@DIGEST]</c> (containers-transports(5)), and says what is wrong with it.
/// </summary>
internal static class RegistryReference
{
    private const string DockerApiHost = "registry-1.docker.io";

    /// <summary>Reads the location of a <c>docker:</c> reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public static ImageName Parse(ImageReference reference)
    {
        var text = reference.Location[ImageReference.RegistrySlashes.Length..];
        return ImageName.Read(text, out var fault) ?? throw ErrorOf(fault!, reference);
    }

    /// <summary>The host that speaks the registry's API.</summary>
    /// <param name="host">The registry, HOST[:PORT], as its users say it.</param>
    public static string ApiHost(string host) => host == ImageName.DockerHost ? DockerApiHost : host;

    private static DiffahException ErrorOf(ImageNameFault fault, ImageReference reference) => fault.Part switch
    {
        ImageNamePart.Host => Invalid(reference, $"'{Shown(fault.Text)}' is no host name."),
        ImageNamePart.Repository =>
            Invalid(
                reference,
                $"'{Shown(fault.Text)}' is no name of "
                    + "a repository (lower-case letters, digits, and . _ - between them)."),
        ImageNamePart.Tag => Invalid(reference, $"'{Shown(fault.Text)}' is no tag."),
        // What is before the @ may be somebody's user name and password, so it is not repeated.
        _ => new(DiffahErrors.InvalidReference,
            $"A registry reference has '@{Shown(fault.Text)}', which is not the @ and the digest that were expected.",
            "Write docker://HOST/REPOSITORY@sha256:…; a user name and a password are given with Credential (--creds), "
                + "not in the reference."),
    };

    private static string Shown(string text) => ShortText.Cut(text, 100);

    private static DiffahException Invalid(ImageReference reference, string why, string? nextAction = null) =>
        new(DiffahErrors.InvalidReference, $"'{Shown(reference.ToString())}' is not a registry reference: {why}",
            nextAction ?? "Write docker://HOST/REPOSITORY:TAG or docker://HOST/REPOSITORY@DIGEST.");
}
