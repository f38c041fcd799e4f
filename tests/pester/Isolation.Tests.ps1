BeforeDiscovery {
    # What makes the module use each library it brings.
    $uses = @{
        'Polly.Core' =
            "try { Get-DiffahImage docker://127.0.0.1:9/a:b -SkipTlsVerification -RetryCount 1 -RetryDelay 0 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId -replace ',.*' }"
        'YamlDotNet' =
            "`$env:DIFFAH_CONFIG = `$file; Set-Content -LiteralPath `$file 'workers: 3'; (Test-DiffahConfiguration -Quiet)"
        # A zstd frame that says it is of 3 bytes and holds them, cut off before them: what the library says of it is in
        # the answer.
        'ZstdSharp' =
            "[System.IO.File]::WriteAllBytes(`$file, [convert]::FromHexString('28b52ffd2003190000')); try { Get-DiffahArchive `$file -ErrorAction Stop } catch { (`$_.FullyQualifiedErrorId -replace ',.*') + (`$_ -like '*zstd frame is cut short*') }"
        # A text that xz packed: what is wrong with it is known once it is unpacked.
        'SharpCompress' =
            "[System.IO.File]::WriteAllBytes(`$file, [convert]::FromHexString('fd377a585a000004e6d6b4460200210116000000742fe5a301000d6e6f2074617220617420616c6c0a000000bfd4d4841829c2c60001260e081be0041fb6f37d010000000004595a')); try { Get-DiffahImage docker-archive:`$file -ErrorAction Stop } catch { (`$_.FullyQualifiedErrorId -replace ',.*') + (`$_ -like '*not a tar archive*') }"
        # Two texts that differ, in two images.
        'DiffPlex' =
            "[bool] (Compare-DiffahImage `$reference `$difference -Content | Where-Object Patch)"
        'BouncyCastle.Cryptography' =
            "`$secret = ConvertTo-SecureString 'open sesame' -AsPlainText; (New-DiffahKey -Path `$key -Passphrase `$secret -Force).IsEncrypted"
        # The question is put into a message before anybody is looked for who could be asked.
        'Google.Protobuf' =
            "`$env:CONTAINERD_ADDRESS = '/nowhere/containerd.sock'; try { Get-DiffahImage containerd:app -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId -replace ',.*' }"
    }
    $answers = @{
        'Polly.Core' = 'RegistryUnreachable'
        'YamlDotNet' = 'True'
        'ZstdSharp' = 'ArchiveInvalidTrue'
        'SharpCompress' = 'InvalidImageTrue'
        'DiffPlex' = 'True'
        'BouncyCastle.Cryptography' = 'True'
        'Google.Protobuf' = 'DaemonUnreachable'
    }
    $cases = foreach ($library in $uses.Keys) {
        foreach ($version in 'older', 'same', 'newer') {
            @{ Library = $library; Version = $version; Use = $uses[$library]; Answer = $answers[$library] }
        }
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    $dependencies = Join-Path (Split-Path (Get-ModuleUnderTest)) 'dependencies'

    # An assembly of the library's name, with nothing of it inside: whoever got it in place of the library would fail.
    function New-Impostor([string] $Library, [string] $Version) {
        $real = [System.Reflection.AssemblyName]::GetAssemblyName((Join-Path $dependencies "$Library.dll"))
        $name = [System.Reflection.AssemblyName]::new($Library)
        $step = @{ older = -1; same = 0; newer = 1 }[$Version]
        # Where there is no older major version, there is an older minor one.
        $name.Version = $real.Version.Major -gt 0 ? [version]::new($real.Version.Major + $step,
            $real.Version.Minor, 0, 0) : [version]::new(0, $real.Version.Minor + $step, 0, 0)
        $builder = [System.Reflection.Emit.PersistedAssemblyBuilder]::new($name, [object].Assembly)
        $null = $builder.DefineDynamicModule($Library).DefineType('Impostor', 'Public').CreateType()
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive "$Library-$Version")
        $path = Join-Path $folder "$Library.dll"
        $builder.Save($path)
        $path
    }
}

Describe 'A session that has loaded another <Library>, <Version>' -ForEach $cases {
    It 'gets its own, and the module gets the module''s' {
        $impostor = New-Impostor $Library $Version
        $reference, $difference = 'v1', 'v2' | ForEach-Object { (Get-Sample DockerArchive $_).Reference }
        $script = [scriptblock]::Create(@"
            `$null = [System.Reflection.Assembly]::LoadFrom('$impostor')
            `$file = '$(Join-Path $TestDrive config.yaml)'
            `$key = '$(Join-Path $TestDrive isolated.key)'
            `$reference, `$difference = '$reference', '$difference'
            Import-Module `$module
            $Use
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq '$Library' } |
                ForEach-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Sort-Object
"@)
        Invoke-FreshPowerShell $script | Should -Be $Answer, 'Default', 'Diffah.Dependencies'
    }
}

Describe 'The libraries that the module brings' {
    It 'are all tried above' -ForEach @(@{ Tried = $uses.Keys }) {
        (Get-ChildItem -LiteralPath $dependencies -Filter *.dll).BaseName |
            Where-Object { $_ -notlike 'Diffah.*' } | Should -BeIn $Tried
    }
}

Describe 'The library that opens keys with a passphrase' {
    It 'is loaded where such a key is, and not before' {
        $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
        Invoke-FreshPowerShell -Environment @{
            DIFFAH_TEST_FOLDER = "$TestDrive"
            DIFFAH_TEST_V1 = $v1.Reference
            DIFFAH_TEST_V2 = $v2.Reference
        } {
            function Get-Loaded {
                [AppDomain]::CurrentDomain.GetAssemblies().Where({
                    $_.GetName().Name -eq 'BouncyCastle.Cryptography'
                }).Count
            }
            Import-Module $module
            Set-Location -LiteralPath $env:DIFFAH_TEST_FOLDER
            Get-Loaded
            $plain = New-DiffahKey -Path plain.key -Force
            $null = New-DiffahDelta $env:DIFFAH_TEST_V1 $env:DIFFAH_TEST_V2 plain.tar -SigningKey $plain.PrivateKeyPath
            Test-Path -LiteralPath plain.tar.sig
            Get-Loaded
            $secret = ConvertTo-SecureString 'open sesame' -AsPlainText
            $boxed = New-DiffahKey -Path boxed.key -Passphrase $secret -Force
            $null = New-DiffahDelta $env:DIFFAH_TEST_V1 $env:DIFFAH_TEST_V2 boxed.tar `
                -SigningKey $boxed.PrivateKeyPath -SigningPassphrase $secret
            Get-Loaded
        } | Should -Be '0', 'True', '0', '1'
    }
}
