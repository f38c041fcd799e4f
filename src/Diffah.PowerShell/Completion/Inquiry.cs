using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Completion;

/// <summary>Asks where images are, while a command line is being completed: soon, or not at all, and never with an error.</summary>
internal static class Inquiry
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks with the registry parameters that are typed already.</summary>
    /// <param name="text">The reference of an image or a repository, as it is typed.</param>
    /// <param name="bound">The command's other parameters.</param>
    /// <param name="question">What to ask there.</param>
    /// <returns>The answer; null where there is none in time.</returns>
    public static T? Ask<T>(string text, IDictionary bound, Func<ITransportCatalog, ImageReference, CancellationToken, Task<T>> question) where T : class
    {
        try
        {
            var paths = Session.Paths;
            var options = RegistryParameters.Of(bound).ToOptions(paths) with { RetryCount = 0, ConnectTimeout = Patience, IdleTimeout = Patience };
            var environment = ReadConfiguration.Run(paths.ConfigurationFile).Extend(paths.Resolve(HostEnvironment.Registry));
            var reference = paths.ParseReference(text);
            var answer = Task.Run(() => AskAsync((transports, token) => question(transports, reference, token), options, environment));
            // What does not heed its token, such as a credential helper that hangs, must not hang the prompt.
            return answer.Wait(Patience + Patience / 4) ? answer.Result : null;
        }
        catch (Exception e) when (e is DiffahException or AggregateException or RuntimeException)
        {
            return null;
        }
    }

    private static async Task<T> AskAsync<T>(Func<ITransportCatalog, CancellationToken, Task<T>> question, RegistryOptions options, RegistryEnvironment environment)
    {
        using var stop = new CancellationTokenSource(Patience);
        using var transports = TransportCatalog.Create(options, environment);
        return await question(transports, stop.Token);
    }
}
