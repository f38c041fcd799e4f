using Diffah.Samples;
using Diffah.Tests.Support;
using Diffah.Tests.Support.Daemons;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Docs;

/// <summary>
/// A folder as the pages suppose it: with the images that they name, with diffah on PATH, and with a home of its own.
/// The registries far.example and near.example are real ones on loopback, whose authority that home trusts.
/// </summary>
internal sealed class DocsFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly Dictionary<string, TlsRegistry> _registries;
    private string? _dockerHost;

    public DocsFolder(TlsRegistry far, TlsRegistry near)
    {
        _registries = new() { ["far.example"] = far, ["near.example"] = near };
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(_folder["home"]);
        ReadmeImages.Write(Work, 0.1);
        var foreign = Path.Combine(Repository.Root, "tests", "vectors", "oci-delta");
        foreach (var file in (string[])["update.oci-delta", "old.oci.tar"])
            File.Copy(Path.Combine(foreign, file), Path.Combine(Work, file));
        WriteCommand();
    }

    private string Work => _folder["out/demo"];

    private string Commands => _folder["out/bin"];

    /// <summary>Gives the pages a Docker engine that has an image app:v1, as they suppose.</summary>
    public async Task UseAsync(DockerEngine engine)
    {
        _dockerHost = engine.Host;
        await ExternalTool.RunAsync("skopeo", "--insecure-policy", "copy", "--dest-daemon-host", engine.Host,
            $"docker-archive:{Path.Combine(Work, "app-v1.tar")}", "docker-daemon:app:v1");
    }

    /// <summary>Runs commands; the answer is what they said where they failed, or null.</summary>
    public async Task<string?> RunAsync(string script)
    {
        foreach (var (name, registry) in _registries.Where(r => script.Contains(r.Key, StringComparison.Ordinal)))
            script = script.Replace(name, Trust(registry), StringComparison.Ordinal);
        var start =
            $"unset XDG_CONFIG_HOME XDG_RUNTIME_DIR REGISTRY_AUTH_FILE DOCKER_CONFIG; "
                + $"export HOME='{_folder["home"]}' PATH='{Commands}':$PATH; cd '{Work}'";
        var daemon = _dockerHost is null ? "" : $"; export DOCKER_HOST='{_dockerHost}'";
        var result = await ExternalTool.TryRunAsync("sh", "-euc", $"{start}{daemon}\n{script}");
        return result.ExitCode == 0 ? null : $"exit {result.ExitCode}: {result.Output}{result.Error}";
    }

    /// <summary>
    /// The same where a build would have ended: in the folder above out/demo and out/bin, with nothing more on PATH
    /// than there was.
    /// </summary>
    public async Task<string?> RunAfterBuildAsync(string script)
    {
        var result = await ExternalTool.TryRunAsync(
            "sh", "-euc", $"export HOME='{_folder["home"]}'; cd '{_folder.Path}'\n{script}");
        return result.ExitCode == 0 ? null : $"exit {result.ExitCode}: {result.Output}{result.Error}";
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Puts a registry's authority where tools look for it; the answer is the registry's HOST:PORT.</summary>
    private string Trust(TlsRegistry registry)
    {
        var host = registry.Process.Host;
        var folder = Directory.CreateDirectory(_folder[$"home/.config/containers/certs.d/{host}"]).FullName;
        File.WriteAllText(Path.Combine(folder, "ca.crt"), registry.Authority.Pem);
        return host;
    }

    private void WriteCommand()
    {
        Directory.CreateDirectory(Commands);
        var path = Path.Combine(Commands, "diffah");
        File.WriteAllText(
            path,
            $"#!/bin/sh\nexec '{Environment.ProcessPath}' "
                + $"'{Path.Combine(AppContext.BaseDirectory, "diffah.dll")}' \"$@\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
