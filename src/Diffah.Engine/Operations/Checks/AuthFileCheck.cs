using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Engine.Transports.Registry.Auth;

namespace Diffah.Engine.Operations.Checks;

/// <summary>Checks that the user's auth files can be read, as they are when a registry asks for credentials.</summary>
internal static class AuthFileCheck
{
    private const string Name = "authfile";

    public static async Task<EnvironmentCheck> RunAsync(
        RegistryOptions options, TransportEnvironment environment, CancellationToken cancellationToken)
    {
        try
        {
            var files = await new CredentialStore(options, environment).CheckFilesAsync(cancellationToken);
            return files.Count > 0
                ? new EnvironmentCheck(Name, CheckStatus.Ok, string.Join(", ", files.Select(f => $"'{f}'")), "")
                : new EnvironmentCheck(
                    Name, CheckStatus.Warn, "there is none: registries are asked without credentials",
                    Wording.Of(
                        "Where a registry needs credentials, log in with skopeo login or docker login, "
                            + "or name a file with AuthFile (--authfile)."));
        }
        catch (Exception e) when (e is DiffahException or IOException or UnauthorizedAccessException)
        {
            var error = DiffahException.From(e);
            return new EnvironmentCheck(Name, CheckStatus.Fail, error.Message, error.NextAction);
        }
    }
}
